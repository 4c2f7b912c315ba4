// Pieces of error texts: paths into a JSON document, and values shown in short.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/contract/json_document.h"

namespace tstack::contract {

// "project" + "name" = "project.name"; "networks" + "[1]" = "networks[1]"; an empty side gives the
// other.
std::string JoinPath(std::string_view head, std::string_view tail);
// "[1]".
std::string IndexText(size_t index);

// The value as compact JSON.
void AppendJson(JsonValue value, std::string* out);

// At most `limit` bytes of `text`, cut between characters and marked with "…".
std::string Shortened(std::string_view text, size_t limit);

}  // namespace tstack::contract
