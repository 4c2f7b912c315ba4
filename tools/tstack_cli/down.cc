#include <filesystem>
#include <iostream>

#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/supervision.h"

namespace tstack::cli {
namespace {

// Only what `up` has made may be deleted, whatever --data says.
Status CheckIsInstallation(const Instance& instance) {
  if (instance.exists() && Exists(instance.Path("secrets"))) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "NO_INSTALLATION",
               instance.data() + " is not an installation's data folder: nothing is deleted");
}

}  // namespace

Status Down(const DownOptions& options) {
  const Instance instance(options.data);
  Progress progress(std::cout);
  if (!Exists(instance.data())) {
    progress.Say("nothing is there");
    return absl::OkStatus();
  }
  if (options.purge) RETURN_IF_ERROR(CheckIsInstallation(instance));
  ASSIGN_OR_RETURN(const CommandLock lock, CommandLock::Take(instance, progress));
  RETURN_IF_ERROR(ShutDown(instance, progress));
  std::error_code error;
  if (instance.run_dir() != instance.Path("run"))
    std::filesystem::remove_all(instance.run_dir(), error);
  for (const auto& file : std::filesystem::directory_iterator(instance.Path("run"), error)) {
    if (file.path().extension() == ".sock") std::filesystem::remove(file.path(), error);
  }
  if (options.purge) {
    std::filesystem::remove_all(instance.data(), error);
    if (error)
      return Error(StatusCode::kUnavailable, "FILE_ERROR", "cannot delete " + instance.data());
    progress.Say("deleted " + instance.data());
  }
  return absl::OkStatus();
}

}  // namespace tstack::cli
