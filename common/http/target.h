// The request target: path, query, percent-encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tstack::http {

struct Target {
  std::string_view path;   // still encoded, begins with '/'
  std::string_view query;  // without '?'
};
// Views into `target`.
Target SplitTarget(std::string_view target);

// Reduces the absolute form ("http://host/path") to the origin form; "*" stays. nullopt if it is no
// target at all or holds characters that may not stand in one. `host` gets the authority of an
// absolute target.
std::optional<std::string> NormalizeTarget(std::string_view target, std::string* host);

// For logs: the path and query with the values of parameters that may be secrets replaced.
std::string RedactTarget(std::string_view target);

}  // namespace tstack::http
