#include "common/contract/url.h"

#include "common/contract/query.h"

namespace tstack::contract {
namespace {

// Names are compared as the server reads them: "m%61rker" is a marker, too.
bool IsNamed(std::string_view parameter, std::string_view name) {
  const std::string_view written = parameter.substr(0, parameter.find('='));
  const auto decoded = PercentDecode(written, /*plus_is_space=*/true);
  return decoded.ok() ? *decoded == name : written == name;
}

}  // namespace

std::optional<std::string> DecodeSegment(std::string_view text) {
  auto decoded = PercentDecode(text, /*plus_is_space=*/false);
  if (!decoded.ok() || decoded->find('\0') != std::string::npos) return std::nullopt;
  return *std::move(decoded);
}

std::string WithoutParameter(std::string_view query, std::string_view name) {
  std::string out;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (parameter.empty() || IsNamed(parameter, name)) continue;
    if (!out.empty()) out += '&';
    out += parameter;
  }
  return out;
}

std::string WithParameter(std::string_view query, std::string_view name, std::string_view value) {
  std::string out(query);
  if (!out.empty()) out += '&';
  out += name;
  out += '=';
  out += PercentEncode(value);
  return out;
}

}  // namespace tstack::contract
