// Percent-encoding and the splitting of query strings.
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

#include "common/contract/query.h"
#include "common/contract/utf8.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

Status Invalid(std::string_view what) {
  return Error(StatusCode::kInvalidArgument, "INVALID_QUERY", what);
}

// 0 to 15, or -1.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

// The byte of the escape that `text` begins with, or -1.
int EscapedByte(std::string_view text) {
  if (text.size() < 3) return -1;
  const int high = HexDigit(text[1]);
  const int low = HexDigit(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

StatusOr<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int byte = EscapedByte(text.substr(i));
    if (byte < 0) return Invalid("the URL has a malformed percent escape");
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos) return Invalid("the URL contains a NUL character");
  if (!IsValidUtf8(decoded)) return Invalid("the URL is not valid UTF-8");
  return decoded;
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kHex[byte >> 4]);
    encoded.push_back(kHex[byte & 15]);
  }
  return encoded;
}

StatusOr<std::vector<QueryParam>> ParseQuery(std::string_view query) {
  std::vector<QueryParam> params;
  for (const absl::string_view piece : absl::StrSplit(View(query), '&', absl::SkipEmpty())) {
    const std::string_view pair(piece.data(), piece.size());
    const size_t equals = pair.find('=');
    QueryParam& param = params.emplace_back();
    ASSIGN_OR_RETURN(param.name, PercentDecode(pair.substr(0, equals), true));
    param.has_value = equals != std::string_view::npos;
    if (!param.has_value) continue;
    ASSIGN_OR_RETURN(param.value, PercentDecode(pair.substr(equals + 1), true));
  }
  return params;
}

}  // namespace tstack::contract
