// Runs a program to its end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/status/status.h"

namespace tstack::cli {

struct Command {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH
  std::vector<std::string> environment;  // "NAME=value", added to this process's; "NAME" removes
  std::string directory;
  absl::Duration timeout = absl::Minutes(2);
  std::function<void(std::string_view last_line)> on_wait;  // called often while it runs
  bool merge_errors = true;  // stderr goes into the output, else to ours
};

struct Output {
  int exit_code = 0;  // 128 + n for signal n
  std::string text;
};

// kDeadlineExceeded if it was killed for taking too long; kNotFound if it cannot be started.
StatusOr<Output> Run(const Command& command);
// As Run; kInternal with the end of its output for any exit code but 0. Returns the output.
StatusOr<std::string> RunOk(const Command& command);

}  // namespace tstack::cli
