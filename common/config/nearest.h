// Which known word did the writer mean?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tstack::config {

// Levenshtein distance in bytes.
int EditDistance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, the first of equals; "" if there is none.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tstack::config
