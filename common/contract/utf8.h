// UTF-8 by RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace tstack::contract {

// Bytes of the well-formed sequence that `text` begins with; 0 if it is broken or empty.
size_t Utf8SequenceLength(std::string_view text);
bool IsValidUtf8(std::string_view text);
// Code points of valid UTF-8.
size_t CountCharacters(std::string_view text);

}  // namespace tstack::contract
