// One log line as JSON.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/log/log.h"

namespace tstack::log {

// Appends the text with JSON escapes; bytes that are no UTF-8 become U+FFFD.
void AppendEscaped(std::string& out, std::string_view text);

// The line without newline. `request` may be null.
std::string JsonLine(absl::Time time, Level level, std::string_view service,
                     const RequestContext* request, std::string_view event, const Fields& fields,
                     std::string_view message);

}  // namespace tstack::log
