// Booleans and numbers in text, strict and loose.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tstack::contract {

// The spellings that nova accepts in bodies: true, t, on, yes, y, 1 and their opposites; the words
// also in capitals or with a capital first letter.
std::optional<bool> ParseListedBool(std::string_view text);
// As oslo reads query parameters: the same words in any case, with white space around them.
std::optional<bool> ParseLooseBool(std::string_view text);

// Decimal digits with an optional minus, nothing else.
std::optional<int64_t> ParseInt(std::string_view text);
std::optional<uint64_t> ParseUint(std::string_view text);
// Finite, decimal, "1.5e3" too.
std::optional<double> ParseDouble(std::string_view text);

}  // namespace tstack::contract
