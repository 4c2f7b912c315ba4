#include "common/contract/json_builder.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "common/contract/utf8.h"

namespace tstack::contract {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes that go out as they are: printable ASCII but quote and backslash.
constexpr std::array<bool, 256> MakePlainTable() {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x7f; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr std::array<bool, 256> kPlain = MakePlainTable();

void AppendControl(unsigned char c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      out->push_back(kHex[c >> 4]);
      out->push_back(kHex[c & 15]);
  }
}

// True if all eight bytes are plain: each byte is tested in its own lane of the word.
bool IsPlainWord(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHigh = 0x8080808080808080;
  // The high bit of a lane is set where a byte is below `limit` (bytes ≥ 0x80 are dealt with
  // apart).
  const auto below = [](uint64_t lanes, uint64_t limit) {
    return (lanes - kOnes * limit) & ~lanes;
  };
  const uint64_t quote = word ^ (kOnes * '"');
  const uint64_t backslash = word ^ (kOnes * '\\');
  const uint64_t del = word ^ (kOnes * 0x7f);
  const uint64_t special =
      word | below(word, 0x20) | below(quote, 1) | below(backslash, 1) | below(del, 1);
  return (special & kHigh) == 0;
}

// Index of the first byte from `i` on that is not plain.
size_t PlainPrefix(std::string_view text, size_t i) {
  for (uint64_t word; i + sizeof(word) <= text.size(); i += sizeof(word)) {
    std::memcpy(&word, text.data() + i, sizeof(word));
    if (!IsPlainWord(word)) break;
  }
  while (i < text.size() && kPlain[static_cast<unsigned char>(text[i])]) ++i;
  return i;
}

// Appends what begins at text[i], not plain, and returns its length.
size_t AppendSpecial(std::string_view text, size_t i, std::string* out) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c < 0x80) {
    AppendControl(c, out);
    return 1;
  }
  const size_t length = Utf8SequenceLength(text.substr(i));
  if (length == 0) {
    out->append(kReplacement);
    return 1;
  }
  out->append(text, i, length);
  return length;
}

template <typename Number>
void AppendNumber(Number value, std::string* out) {
  char buffer[32];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, end.ptr);
}

// "1" would come back as an integer.
template <typename Real>
void AppendReal(Real value, std::string* out) {
  const size_t begin = out->size();
  AppendNumber(value, out);
  if (out->find_first_of(".e", begin) == std::string::npos) out->append(".0");
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  size_t begin = 0;
  for (size_t i = PlainPrefix(text, 0); i < text.size(); i = PlainPrefix(text, i)) {
    out->append(text, begin, i - begin);
    i += AppendSpecial(text, i, out);
    begin = i;
  }
  out->append(text, begin, text.size() - begin);
  out->push_back('"');
}

std::string JsonString(std::string_view text) {
  std::string json;
  json.reserve(text.size() + 2);
  AppendJsonString(text, &json);
  return json;
}

JsonBuilder& JsonBuilder::Key(std::string_view key) {
  Comma();
  AppendJsonString(key, out_);
  out_->push_back(':');
  comma_ = false;
  return *this;
}

JsonBuilder& JsonBuilder::String(std::string_view text) {
  Comma();
  AppendJsonString(text, out_);
  return *this;
}

JsonBuilder& JsonBuilder::Int(int64_t value) {
  Comma();
  AppendNumber(value, out_);
  return *this;
}

JsonBuilder& JsonBuilder::Uint(uint64_t value) {
  Comma();
  AppendNumber(value, out_);
  return *this;
}

JsonBuilder& JsonBuilder::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Comma();
  AppendReal(value, out_);
  return *this;
}

JsonBuilder& JsonBuilder::Float(float value) {
  if (!std::isfinite(value)) return Null();
  Comma();
  AppendReal(value, out_);
  return *this;
}

JsonBuilder& JsonBuilder::RawMembers(std::string_view members) {
  if (members.starts_with(',')) members.remove_prefix(1);
  if (members.empty()) return *this;
  return Raw(members);
}

}  // namespace tstack::contract
