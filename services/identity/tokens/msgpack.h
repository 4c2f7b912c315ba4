// The part of MessagePack that keystone's token payloads use: nil, booleans, integers, doubles,
// text, bytes, arrays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/status/status.h"

namespace tstack::identity::tokens {

// A value or an array of values. Text and bytes are told apart when written; readers should accept
// either, since old writers had one kind for both.
struct Packed {
  struct Bytes {
    std::string value;
  };
  using Array = std::vector<Packed>;
  std::variant<std::nullptr_t, bool, int64_t, double, std::string, Bytes, Array> value = nullptr;
};

std::string Pack(const Packed& packed);

// kInvalidArgument for anything outside the subset, trailing bytes, or nesting deeper than 8.
StatusOr<Packed> Unpack(std::string_view bytes);

}  // namespace tstack::identity::tokens
