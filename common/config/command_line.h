// The command line that every service binary has: --config FILE [--set key=value …] [--help]
// [--version].
#pragma once

#include <string>
#include <vector>

#include "common/status/status.h"

namespace tstack::config {

struct CommandLine {
  std::string config_file;
  std::vector<std::string> overrides;  // "key=value"
  bool help = false;
  bool version = false;
};

// Accepts "--config FILE" and "--config=FILE". kInvalidArgument names the first wrong argument.
StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

// The text of --help for a binary.
std::string Usage(const std::string& binary);

}  // namespace tstack::config
