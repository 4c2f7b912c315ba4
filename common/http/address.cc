#include "common/http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tstack::http {
namespace {

constexpr size_t kMaxHost = 255;

bool IsHostCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_'; }

std::optional<int> ParsePort(std::string_view text) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  int port = 0;
  for (char c : text) {
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    port = port * 10 + (c - '0');
  }
  if (port < 1 || port > 65535) return std::nullopt;
  return port;
}

std::optional<std::array<uint8_t, 16>> ParseAddress(std::string_view text, bool* is_v4) {
  const std::string copy(text);
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) {
    *is_v4 = false;
    return bytes;
  }
  bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  *is_v4 = true;
  if (inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

Status BadCidr(std::string_view text) {
  return Error(StatusCode::kInvalidArgument, "BAD_NETWORK",
               absl::StrCat("not an IP network: ", std::string(text)));
}

std::optional<HostPort> ParseBracketed(std::string_view text) {
  const size_t end = text.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  HostPort result{std::string(text.substr(1, end - 1)), 0};
  bool is_v4 = false;
  if (!ParseAddress(result.host, &is_v4) || is_v4) return std::nullopt;
  absl::AsciiStrToLower(&result.host);
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty()) return result;
  const auto port = rest[0] == ':' ? ParsePort(rest.substr(1)) : std::nullopt;
  if (!port) return std::nullopt;
  result.port = *port;
  return result;
}

}  // namespace

std::optional<HostPort> ParseHostPort(std::string_view text) {
  if (text.empty() || text.size() > kMaxHost) return std::nullopt;
  if (text[0] == '[') return ParseBracketed(text);
  const size_t colon = text.find(':');
  HostPort result{std::string(text.substr(0, colon)), 0};
  if (result.host.empty() || !std::all_of(result.host.begin(), result.host.end(), IsHostCharacter))
    return std::nullopt;
  absl::AsciiStrToLower(&result.host);
  if (colon == std::string_view::npos) return result;
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return std::nullopt;
  result.port = *port;
  return result;
}

std::string FormatHostPort(const HostPort& host) {
  std::string text =
      host.host.find(':') == std::string::npos ? host.host : absl::StrCat("[", host.host, "]");
  if (host.port != 0) absl::StrAppend(&text, ":", host.port);
  return text;
}

StatusOr<Cidr> Cidr::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  bool is_v4 = false;
  const auto bytes = ParseAddress(text.substr(0, slash), &is_v4);
  if (!bytes) return BadCidr(text);
  Cidr cidr;
  cidr.bytes_ = *bytes;
  if (slash == std::string_view::npos) return cidr;
  const std::string_view digits = text.substr(slash + 1);
  const int widest = is_v4 ? 32 : 128;
  int prefix = 0;
  if (digits.empty() || digits.size() > 3) return BadCidr(text);
  for (char c : digits) {
    if (!absl::ascii_isdigit(c)) return BadCidr(text);
    prefix = prefix * 10 + (c - '0');
  }
  if (prefix > widest) return BadCidr(text);
  cidr.prefix_ = 128 - widest + prefix;
  return cidr;
}

bool Cidr::Contains(std::string_view address) const {
  bool is_v4 = false;
  const auto other = ParseAddress(address, &is_v4);
  if (!other) return false;
  const int whole = prefix_ / 8;
  if (std::memcmp(bytes_.data(), other->data(), whole) != 0) return false;
  const int rest = prefix_ % 8;
  if (rest == 0) return true;
  const uint8_t mask = static_cast<uint8_t>(0xff << (8 - rest));
  return ((bytes_[whole] ^ (*other)[whole]) & mask) == 0;
}

bool AnyContains(const std::vector<Cidr>& networks, std::string_view address) {
  return std::any_of(networks.begin(), networks.end(),
                     [address](const Cidr& cidr) { return cidr.Contains(address); });
}

}  // namespace tstack::http
