#include "common/http/target.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/http/address.h"

namespace tstack::http {
namespace {

// Parameters whose values may be secrets, by what their names contain.
constexpr std::array<std::string_view, 6> kSecretWords = {"token", "pass",      "secret",
                                                          "key",   "signature", "auth"};

bool IsTargetCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && c != '#';
}

bool MayBeSecret(std::string_view name) {
  const std::string lower = absl::AsciiStrToLower({name.data(), name.size()});
  for (std::string_view word : kSecretWords)
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

// The authority and the rest of an absolute target; nullopt if it has no known scheme.
std::optional<std::string_view> AfterScheme(std::string_view target) {
  for (std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (absl::StartsWithIgnoreCase({target.data(), target.size()}, {scheme.data(), scheme.size()}))
      return target.substr(scheme.size());
  }
  return std::nullopt;
}

}  // namespace

Target SplitTarget(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> NormalizeTarget(std::string_view target, std::string* host) {
  for (char c : target)
    if (!IsTargetCharacter(c)) return std::nullopt;
  if (target == "*") return std::string(target);
  if (!target.empty() && target[0] == '/') return std::string(target);
  const auto rest = AfterScheme(target);
  if (!rest) return std::nullopt;
  const size_t end = rest->find_first_of("/?");
  const std::string_view authority = rest->substr(0, end);
  if (!ParseHostPort(authority)) return std::nullopt;
  *host = std::string(authority);
  if (end == std::string_view::npos) return "/";
  const std::string path(rest->substr(end));
  return path[0] == '/' ? path : "/" + path;
}

std::string RedactTarget(std::string_view target) {
  const Target split = SplitTarget(target);
  if (split.query.empty()) return std::string(target);
  std::string result(split.path);
  char separator = '?';
  for (std::string_view rest = split.query;;) {
    const size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = pair.find('=');
    result += separator;
    if (equals != std::string_view::npos && MayBeSecret(pair.substr(0, equals))) {
      result.append(pair.substr(0, equals)).append("=***");
    } else {
      result.append(pair);
    }
    if (end == std::string_view::npos) return result;
    rest = rest.substr(end + 1);
    separator = '&';
  }
}

}  // namespace tstack::http
