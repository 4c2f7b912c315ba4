// Columns of text, as wide as they must be.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace tstack::cli {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> titles) { rows_.push_back(std::move(titles)); }
  // As many cells as titles.
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void Print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tstack::cli
