#include "tools/tstack_cli/text_table.h"

#include <algorithm>

namespace tstack::cli {

void TextTable::Print(std::ostream& out) const {
  std::vector<size_t> widths(rows_[0].size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows_) {
    for (size_t i = 0; i < widths.size(); ++i) {
      const bool last = i + 1 == widths.size();
      out << row[i] << (last ? "" : std::string(widths[i] - row[i].size() + 2, ' '));
    }
    out << '\n';
  }
}

}  // namespace tstack::cli
