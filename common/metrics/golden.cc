#include "common/metrics/golden.h"

#include <cstdlib>
#include <fstream>
#include <set>

namespace tstack::metrics {

std::string DiffWithGolden(const Registry& registry, const std::string& golden_file) {
  const std::vector<std::string> names = registry.Names();
  if (getenv("TSTACK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream file(golden_file);
    for (const std::string& name : names) file << name << "\n";
    return file.flush() ? "" : "cannot write " + golden_file + "\n";
  }
  std::ifstream file(golden_file);
  if (!file) return "cannot read " + golden_file + "\n";
  std::set<std::string> golden;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) golden.insert(line);
  }
  const std::set<std::string> present(names.begin(), names.end());
  std::string diff;
  for (const std::string& name : present) {
    if (!golden.contains(name)) diff += "+" + name + "\n";
  }
  for (const std::string& name : golden) {
    if (!present.contains(name)) diff += "-" + name + "\n";
  }
  return diff;
}

}  // namespace tstack::metrics
