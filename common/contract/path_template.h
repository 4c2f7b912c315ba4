// A path template of the contract: "/v2.1/servers/{id}/action", "/v2.0/networks/{id}.json",
// "/files/{path=**}".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/status/status.h"

namespace tstack::contract {

struct PathSegment {
  enum class Kind { kLiteral, kField, kRest };
  Kind kind = Kind::kLiteral;
  std::string
      text;  // literal: the decoded text; field: what must follow the value (".json"), mostly ""
  std::string field;  // request field, may be nested: "server.id"
};

struct PathTemplate {
  std::string text;  // as written
  std::vector<PathSegment> segments;

  std::vector<std::string> fields() const;
  // kInvalidArgument: no leading slash, an empty segment, unbalanced braces, "**" not at the end, a
  // field twice.
  static StatusOr<PathTemplate> Parse(std::string_view text);
};

}  // namespace tstack::contract
