#pragma once

#include <string_view>

namespace tstack::contract {

// The reason phrase of RFC 9110, "Not Found"; "Error" for a status that has none.
std::string_view HttpTitle(int status);

}  // namespace tstack::contract
