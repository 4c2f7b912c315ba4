// Paths and query strings in their encoded form, apart from any HTTP library.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tstack::contract {

// Decodes one path segment: %XX only ("+" stays). nullopt for a broken escape, a NUL, or bytes that
// are not UTF-8: such a segment names nothing, so its path is simply unknown.
std::optional<std::string> DecodeSegment(std::string_view text);

// `query` without the parameters called `name` (still encoded), order kept.
std::string WithoutParameter(std::string_view query, std::string_view name);
// Appends name=value to an encoded query; `value` is escaped here.
std::string WithParameter(std::string_view query, std::string_view name, std::string_view value);

}  // namespace tstack::contract
