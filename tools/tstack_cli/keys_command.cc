#include <iostream>

#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/prepare.h"
#include "tools/tstack_cli/run.h"
#include "tools/tstack_cli/services.h"

namespace tstack::cli {

Status RotateKeys(const std::string& data) {
  const Instance instance(data);
  RETURN_IF_ERROR(LoadConfig(instance).status());
  Command command;
  command.argv = {BinaryOf("identity"), "--config", instance.config_file(), "--rotate-keys"};
  RETURN_IF_ERROR(RunOk(command).status());
  std::cout << "new tokens are signed with the next key; those that exist stay valid\n";
  return absl::OkStatus();
}

}  // namespace tstack::cli
