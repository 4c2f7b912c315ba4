// google.protobuf.Timestamp ↔ the ways in which OpenStack writes times.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/timestamp.pb.h"

#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

// Appends without quotes; any format but the TIMESTAMP_ ones is written as TIMESTAMP_Z. Seconds and
// nanos that no calendar has are clamped to years 1 to 9999.
void AppendTimestamp(int64_t seconds, int32_t nanos, api::Format format, std::string* out);

// Reads every ISO 8601 form in use: "2026-11-22T15:25:38", with fraction, with Z or an offset (none
// = UTC), with a space for the T, or the date alone. nullopt for anything else.
std::optional<google::protobuf::Timestamp> ParseTimestamp(std::string_view text);

}  // namespace tstack::contract
