#include "common/policy/policy_file.h"

#include <sys/stat.h>

#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "yaml-cpp/yaml.h"

namespace tstack::policy {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  std::vector<RuleText> Read(const YAML::Node& root) {
    std::vector<RuleText> rules;
    if (root.IsNull()) return rules;
    if (!root.IsMap()) {
      Complain(root, "the file must map rule names to rules");
      return rules;
    }
    for (const auto& entry : root) rules.push_back(ReadRule(entry.first, entry.second));
    return rules;
  }

  const std::vector<std::string>& mistakes() const { return mistakes_; }

 private:
  void Complain(const YAML::Node& node, const std::string& message) {
    mistakes_.push_back(
        absl::StrCat(path_, ":", node.Mark().line + 1, ":", node.Mark().column + 1, ": ", message));
  }

  RuleText ReadRule(const YAML::Node& name, const YAML::Node& value) {
    RuleText rule;
    if (!name.IsScalar()) {
      Complain(name, "a rule's name must be text");
      return rule;
    }
    rule.name = name.Scalar();
    if (!seen_.insert(rule.name).second) Complain(name, "rule " + rule.name + " occurs twice");
    if (value.IsScalar()) {
      rule.check = value.Scalar();
    } else if (value.IsSequence()) {
      rule.is_list = true;
      for (const YAML::Node& inner : value) rule.list.push_back(ReadInner(inner));
    } else if (!value.IsNull()) {
      Complain(value, "rule " + rule.name + " must be text or a list");
    }
    return rule;
  }

  std::vector<std::string> ReadInner(const YAML::Node& inner) {
    if (inner.IsScalar()) return {inner.Scalar()};
    std::vector<std::string> checks;
    if (!inner.IsSequence()) Complain(inner, "a list of checks expected");
    for (const YAML::Node& check : inner) {
      if (check.IsScalar()) {
        checks.push_back(check.Scalar());
      } else {
        Complain(check, "a check must be text");
      }
    }
    return checks;
  }

  const std::string& path_;
  std::set<std::string> seen_;
  std::vector<std::string> mistakes_;
};

}  // namespace

FileStamp StampOf(const std::string& path) {
  struct stat info = {};
  if (path.empty() || stat(path.c_str(), &info) != 0) return {};
  return {info.st_ino, info.st_size,
          int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

StatusOr<std::vector<RuleText>> ReadPolicyFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf() || file.peek() == EOF)) {
    return Error(StatusCode::kUnavailable, "POLICY_UNREADABLE", "cannot read " + path);
  }
  try {
    Reader reader(path);
    std::vector<RuleText> rules = reader.Read(YAML::Load(text.str()));
    if (reader.mistakes().empty()) return rules;
    return Error(StatusCode::kInvalidArgument, "POLICY_SYNTAX",
                 absl::StrJoin(reader.mistakes(), "\n"));
  } catch (const YAML::Exception& error) {
    return Error(
        StatusCode::kInvalidArgument, "POLICY_SYNTAX",
        absl::StrCat(path, ":", error.mark.line + 1, ":", error.mark.column + 1, ": ", error.msg));
  }
}

}  // namespace tstack::policy
