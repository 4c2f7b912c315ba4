// Answers policy questions read from standard input, for oracle_test.py. One command a line, fields
// apart by tabs:
//   clear            forget everything          rule NAME CHECK   add a rule
//   auth TEXTPROTO   the caller                 target NAME VALUE add an attribute of the target
//   ask NAME         prints allow, deny or error
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"

#include "common/policy/rule_set.h"

namespace tstack::policy {
namespace {

class Probe {
 public:
  void Run(const std::string& line) {
    const std::vector<std::string> field = absl::StrSplit(line, '\t');
    if (field[0] == "clear") *this = Probe();
    if (field[0] == "auth") google::protobuf::TextFormat::ParseFromString(field.at(1), &auth_);
    if (field[0] == "target") target_[field.at(1)] = field.at(2);
    if (field[0] == "ask") std::cout << Ask(field.at(1)) << std::endl;
    if (field[0] == "rule") {
      RuleText rule;
      rule.name = field.at(1);
      rule.check = field.at(2);
      rules_.push_back(rule);
    }
  }

 private:
  std::string Ask(const std::string& rule) const {
    const auto set = RuleSet::Link(rules_);
    if (!set.ok()) return "error";
    return (*set)->Allows(rule, auth_, target_) ? "allow" : "deny";
  }

  std::vector<RuleText> rules_;
  common::v1::AuthContext auth_;
  Target target_;
};

}  // namespace
}  // namespace tstack::policy

int main() {
  tstack::policy::Probe probe;
  for (std::string line; std::getline(std::cin, line);) probe.Run(line);
  return 0;
}
