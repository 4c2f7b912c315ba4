#include "common/config/command_line.h"

#include "absl/strings/str_cat.h"

namespace tstack::config {
namespace {

Status Wrong(const std::string& message) {
  return Error(StatusCode::kInvalidArgument, "COMMAND_LINE", message);
}

// "--name VALUE" or "--name=VALUE" at `i`; moves `i` over what it used.
StatusOr<std::string> TakeValue(const std::vector<std::string>& arguments, size_t& i) {
  const std::string& argument = arguments[i];
  if (const size_t equals = argument.find('='); equals != std::string::npos) {
    return argument.substr(equals + 1);
  }
  if (++i == arguments.size()) return Wrong(absl::StrCat(argument, " needs a value"));
  return arguments[i];
}

}  // namespace

StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine result;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    const std::string name = argument.substr(0, argument.find('='));
    if (name == "--config") {
      ASSIGN_OR_RETURN(result.config_file, TakeValue(arguments, i));
    } else if (name == "--set") {
      ASSIGN_OR_RETURN(std::string assignment, TakeValue(arguments, i));
      if (assignment.find('=') == std::string::npos) {
        return Wrong(absl::StrCat("--set ", assignment, ": expected key=value"));
      }
      result.overrides.push_back(std::move(assignment));
    } else if (argument == "--help" || argument == "-h") {
      result.help = true;
    } else if (argument == "--version") {
      result.version = true;
    } else {
      return Wrong(absl::StrCat("unknown argument ", argument));
    }
  }
  return result;
}

std::string Usage(const std::string& binary) {
  return absl::StrCat(
      "Usage: ", binary,
      " --config FILE [--set KEY=VALUE …]\n\n"
      "  --config FILE     the configuration, tstack.yaml\n"
      "  --set KEY=VALUE   replaces one setting, \"telemetry.log_level=debug\"; repeatable\n"
      "  --version         prints the version\n"
      "  --help            prints this text\n\n"
      "`tstack config explain KEY` tells what a setting means.\n");
}

}  // namespace tstack::config
