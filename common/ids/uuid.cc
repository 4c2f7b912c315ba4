#include "common/ids/uuid.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace tstack {
namespace {

constexpr size_t kDashes[] = {8, 13, 18, 23};

bool IsDash(size_t position) {
  for (size_t dash : kDashes) {
    if (dash == position) return true;
  }
  return false;
}

}  // namespace

std::string FormatUuid(std::string_view bytes, int version) {
  std::string raw(bytes.substr(0, 16));
  raw.resize(16, '\0');
  raw[6] = static_cast<char>((raw[6] & 0x0f) | (version << 4));
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  std::string hex = absl::BytesToHexString(raw);
  for (size_t dash : kDashes) hex.insert(dash, "-");
  return hex;
}

std::string WithTimestamp(std::string bytes, absl::Time time) {
  const uint64_t millis = static_cast<uint64_t>(absl::ToUnixMillis(time));
  bytes.resize(16, '\0');
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<char>(millis >> (8 * (5 - i)));
  return bytes;
}

std::string StripDashes(std::string_view uuid) {
  std::string hex;
  hex.reserve(32);
  for (char c : uuid) {
    if (c != '-') hex.push_back(c);
  }
  return hex;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36 && text.size() != 32) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = text.size() == 36 && IsDash(i);
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i])))
      return false;
  }
  return true;
}

std::string UuidBytes(std::string_view text) {
  if (!IsUuid(text)) return "";
  return absl::HexStringToBytes(StripDashes(text));
}

}  // namespace tstack
