// The operators of list filters, as each service spells them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/contract/query.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

// Splits "name__contains" or "name~" into the field's name and the operator; nullopt if the style
// has no operators in names or this is none.
struct FilterName {
  std::string_view field;
  api::Filter::Op op;
};
std::optional<FilterName> SplitFilterName(std::string_view name, FilterStyle style);

// "in:a,b" → IN with a and b; what has no operator is EQ. Several only for cinder's "gt:x,lt:y".
std::vector<api::Filter> ParseFilterValue(std::string_view value, FilterStyle style);

}  // namespace tstack::contract
