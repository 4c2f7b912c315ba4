#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/status.h"

namespace tstack::contract {

// Collects what is wrong with a contract, so that all of it is said at once.
class Complaints {
 public:
  void Add(std::string_view where, std::string_view what) {
    std::string line = std::string(where) + ": " + std::string(what);
    if (seen_.insert(line).second) lines_.push_back(std::move(line));
  }
  void Add(std::string_view where, const Status& status) {
    if (!status.ok()) Add(where, std::string(status.message()));
  }
  // Lines that name their place themselves.
  void AddLines(const Status& status) {
    if (!status.ok() && seen_.insert(std::string(status.message())).second) {
      lines_.emplace_back(status.message());
    }
  }
  Status status() const {
    if (lines_.empty()) return absl::OkStatus();
    std::string text;
    for (const std::string& line : lines_) text += (text.empty() ? "" : "\n") + line;
    return Error(StatusCode::kFailedPrecondition, "CONTRACT_CONTRADICTION", text);
  }

 private:
  std::set<std::string> seen_;
  std::vector<std::string> lines_;
};

}  // namespace tstack::contract
