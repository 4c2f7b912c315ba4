// `test` and `bench` are scripts and programs of the source tree: this becomes them.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/instance.h"

namespace tstack::cli {
namespace {

Status Become(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  return Error(StatusCode::kNotFound, "NO_COMMAND",
               absl::StrCat(arguments[0], ": ", strerror(errno)));
}

// Benchmarks are programs "bench-<name>" beside this one or "<name>_bench.py" in tests/bench.
std::set<std::string> BenchNames(const std::string& root) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(BinaryDir(), error)) {
    const std::string name = entry.path().filename();
    if (absl::StartsWith(name, "bench-")) names.insert(name.substr(6));
  }
  for (const auto& entry : std::filesystem::directory_iterator(root + "/tests/bench", error)) {
    const std::string name = entry.path().filename();
    if (absl::EndsWith(name, "_bench.py")) names.insert(name.substr(0, name.size() - 9));
  }
  return names;
}

}  // namespace

Status RunTests(const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const std::string root, SourceRoot());
  std::vector<std::string> argv = {root + "/tools/stages/test.sh"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return Become(argv);
}

Status RunBench(const std::string& data, const std::string& name,
                const std::vector<std::string>& arguments) {
  ASSIGN_OR_RETURN(const std::string root, SourceRoot());
  const std::set<std::string> names = BenchNames(root);
  if (names.count(name) == 0) {
    return Error(
        StatusCode::kNotFound, "NO_BENCH",
        absl::StrCat("there is no benchmark '", name, "'; known: ", absl::StrJoin(names, ", ")));
  }
  setenv("TSTACK_DATA", Instance(data).data().c_str(), 1);
  setenv("TSTACK_BIN", BinaryDir().c_str(), 1);
  setenv("TSTACK_ROOT", root.c_str(), 1);
  const std::string script = absl::StrCat(root, "/tests/bench/", name, "_bench.py");
  std::vector<std::string> argv =
      Exists(script) ? std::vector<std::string>{"/usr/bin/python3", script}
                     : std::vector<std::string>{absl::StrCat(BinaryDir(), "/bench-", name)};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return Become(argv);
}

}  // namespace tstack::cli
