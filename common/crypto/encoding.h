// Bytes as text: hexadecimal and base64url.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::crypto {

std::string Hex(std::string_view bytes);  // lower case
// Either case; kInvalidArgument for an odd length or another character.
StatusOr<std::string> ParseHex(std::string_view text);

// RFC 4648 §5 without padding.
std::string Base64Url(std::string_view bytes);
// As Base64Url with '=' padding, as Python's urlsafe_b64encode writes it (Fernet).
std::string Base64UrlPadded(std::string_view bytes);
// With or without padding; kInvalidArgument for other characters, a wrong length, or non-zero
// trailing bits.
StatusOr<std::string> ParseBase64Url(std::string_view text);

}  // namespace tstack::crypto
