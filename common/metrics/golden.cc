#include "common/metrics/golden.h"

#include <fstream>
#include <set>

namespace tstack::metrics {

std::string DiffWithGolden(const Registry& registry, const std::string& golden_file) {
  std::ifstream file(golden_file);
  if (!file) return "cannot read " + golden_file + "\n";
  std::set<std::string> golden;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) golden.insert(line);
  }
  const std::vector<std::string> names = registry.Names();
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
