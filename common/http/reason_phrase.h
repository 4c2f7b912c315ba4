// What a status is called.
#pragma once

#include <string_view>

namespace tstack::http {

// In status lines and in the titles of error bodies, so in the words that OpenStack's clients know
// (RFC 9110 has newer ones for 413 and 422). "Error" for a status without a name.
std::string_view ReasonPhrase(int status);

}  // namespace tstack::http
