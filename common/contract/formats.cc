// The spellings behind the contract's Format.
#include <arpa/inet.h>

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

#include "common/contract/utf8.h"
#include "common/contract/validation.h"
#include "common/contract/view.h"
#include "common/ids/uuid.h"

namespace tstack::contract {
namespace {

bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }
bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

bool IsIp(std::string_view text, int family) {
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(family, std::string(text).c_str(), address) == 1;
}

bool IsIp(std::string_view text) { return IsIp(text, AF_INET) || IsIp(text, AF_INET6); }

bool IsCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash);
  const std::string_view length = text.substr(slash + 1);
  int bits = -1;
  const auto end = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (end.ec != std::errc() || end.ptr != length.data() + length.size() || bits < 0) return false;
  return (IsIp(address, AF_INET) && bits <= 32) || (IsIp(address, AF_INET6) && bits <= 128);
}

// "fa:16:3e:00:00:01", with one kind of separator, : or -.
bool IsMac(std::string_view text) {
  if (text.size() != 17 || (text[2] != ':' && text[2] != '-')) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != text[2] : !IsHex(text[i])) return false;
  }
  return true;
}

// A scheme, "://" and something without spaces behind it.
bool IsUrl(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 || text.size() == colon + 3) return false;
  for (char c : text.substr(0, colon)) {
    if (!IsAlnum(c) && c != '+' && c != '-' && c != '.') return false;
  }
  for (char c : text.substr(colon)) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return false;
  }
  return text[colon + 3] != '/' || text.substr(0, colon) == "file";
}

bool IsHostLabel(std::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  for (char c : label) {
    if (!IsAlnum(c) && c != '-' && c != '_') return false;
  }
  return label.front() != '-' && label.back() != '-';
}

bool IsHostname(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const size_t dot = text.find('.');
    if (!IsHostLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// Two-byte C1 controls and NEL are not printable either.
bool IsC1Control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' &&
         static_cast<unsigned char>(character[1]) < 0xA0;
}

bool IsName(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, Utf8SequenceLength(text));
    const auto first = static_cast<unsigned char>(text[0]);
    if (character.empty() || first < ' ' || first == 0x7f || IsC1Control(character)) return false;
    text.remove_prefix(character.size());
  }
  return true;
}

bool IsBase64(std::string_view text) {
  std::string bytes;
  return absl::Base64Unescape(View(text), &bytes);
}

}  // namespace

bool HasFormat(api::Format format, std::string_view text) {
  switch (format) {
    case api::UUID:
      return IsUuid(text);
    case api::DASHED_UUID:
      return text.size() == 36 && IsUuid(text);
    case api::HEX_UUID:
      return text.size() == 32 && IsUuid(text);
    case api::URL:
      return IsUrl(text);
    case api::IP:
      return IsIp(text);
    case api::CIDR:
      return IsCidr(text);
    case api::MAC:
      return IsMac(text);
    case api::NAME:
      return IsName(text);
    case api::BASE64:
      return IsBase64(text);
    case api::HOSTNAME:
      return IsHostname(text);
    default:
      return true;
  }
}

}  // namespace tstack::contract
