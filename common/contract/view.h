// std::string_view and Abseil's own view type do not convert on Debian 12; this is the bridge.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace tstack::contract {

inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace tstack::contract
