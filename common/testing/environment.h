// Small things that every test of real processes needs.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace tstack::testing {

// A loopback TCP port that was free a moment ago. Two calls in one process never give the same
// port.
int FreePort();

// A new folder (mode 0755), removed with its content at the end; kept if TSTACK_TEST_KEEP is set.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string File(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// $XDG_CACHE_HOME/tstack-test or ~/.cache/tstack-test: survives test runs. Created if missing.
std::filesystem::path CacheDirectory();

// Waits until `condition` holds, at most ten times the `promise`; prints what was measured beside
// the promise. Looks at the condition at growing intervals (1 to 50 ms). False if it never held.
bool WaitFor(std::string_view what, absl::Duration promise, const std::function<bool()>& condition);

std::string ReadFile(const std::string& path);  // "" if unreadable
void WriteFile(const std::string& path, std::string_view content);
// The last `lines` lines of a file: for failure reports.
std::string Tail(const std::string& path, int lines);

}  // namespace tstack::testing
