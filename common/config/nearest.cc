#include "common/config/nearest.h"

#include <algorithm>
#include <numeric>

namespace tstack::config {

int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  auto best = std::min_element(candidates.begin(), candidates.end(),
                               [word](const std::string& a, const std::string& b) {
                                 return EditDistance(word, a) < EditDistance(word, b);
                               });
  return best == candidates.end() ? "" : *best;
}

}  // namespace tstack::config
