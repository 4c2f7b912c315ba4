// Where a reader stands, for error messages: a chain on the stack, turned into text only when
// something is wrong.
#pragma once

#include <string>
#include <string_view>

#include "common/contract/json_document.h"
#include "common/contract/plan.h"
#include "common/status/status.h"

namespace tstack::contract {

struct Place {
  static constexpr size_t kNoIndex = static_cast<size_t>(-1);

  const Place* parent = nullptr;
  std::string_view key;              // JSON key, or the prefix of the whole read
  size_t index = kNoIndex;           // or the position in a list
  const FieldPlan* field = nullptr;  // declared by this; null for keys of maps and for elements

  // "project.networks[1].uuid".
  std::string JsonPath() const;
  // Proto names from the message that is read, "options.immutable".
  std::string ProtoPath() const;
  // Values below a write_only field are not shown.
  bool IsSecret() const;
};

// Errors with their reason and the place's path as ErrorDetail.field.
Status PlaceError(const Place& place, std::string_view reason, std::string_view message);
// INVALID_FIELD: names the value unless it is secret. `complaint` continues it: "is not a string".
Status InvalidValue(const Place& place, JsonValue value, std::string_view complaint);
Status InvalidText(const Place& place, std::string_view value, std::string_view complaint);

}  // namespace tstack::contract
