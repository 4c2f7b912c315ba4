// UUID text (RFC 9562).
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace tstack {

// `bytes` must have 16; sets the version nibble and the variant bits.
std::string FormatUuid(std::string_view bytes, int version);

// Puts `time` in milliseconds into the first 48 bits (version 7).
std::string WithTimestamp(std::string bytes, absl::Time time);

std::string StripDashes(std::string_view uuid);

// Both spellings that OpenStack uses: dashed, or 32 hex digits.
bool IsUuid(std::string_view text);

// 16 bytes of either spelling; empty if it is none.
std::string UuidBytes(std::string_view text);

}  // namespace tstack
