#include <iostream>

#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/text_table.h"

namespace tstack::cli {

Status ExplainConfig(const std::string& data, const std::string& key) {
  const Instance instance(data);
  ASSIGN_OR_RETURN(const auto loaded,
                   config::LoadWithSources(instance.exists() ? instance.config_file() : ""));
  if (key.empty()) {
    TextTable table({"KEY", "VALUE", "SOURCE"});
    for (const config::Setting& setting : loaded->ExplainAll()) {
      table.Add({setting.key, setting.value, setting.source});
    }
    table.Print(std::cout);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const config::Setting setting, loaded->Explain(key));
  std::cout << setting.key << " (" << setting.type << ")\n";
  if (!setting.value.empty()) std::cout << "  value:  " << setting.value << "\n";
  std::cout << "  source: " << setting.source << "\n\n" << setting.comment << "\n";
  return absl::OkStatus();
}

Status CheckConfig(const std::string& data, const std::string& file) {
  const std::string path = file.empty() ? Instance(data).config_file() : file;
  RETURN_IF_ERROR(config::Load(path).status());
  std::cout << path << " is correct\n";
  return absl::OkStatus();
}

}  // namespace tstack::cli
