// Who may do what: the personas and the checked-in table that tests of the rules share.
#pragma once

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

#include "common/policy/policy.h"
#include "tstack/common/v1/context.pb.h"

namespace tstack::identity {

// Lines of testdata/`name` as `columns` fields apart by tabs, comments left out; none if it cannot
// be read.
inline std::vector<std::vector<std::string>> ReadTable(const std::string& name, size_t columns) {
  std::vector<std::vector<std::string>> table;
  std::ifstream file(TSTACK_SOURCE_DIR "/services/identity/policy/testdata/" + name);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string> fields = absl::StrSplit(line, '\t');
    fields.resize(columns);
    table.push_back(std::move(fields));
  }
  return table;
}

// Keystone's own defaults, as policy::MakeEngine takes them: the scopes have become part of them.
inline std::vector<policy::RuleDefault> KeystoneRules() {
  std::vector<policy::RuleDefault> rules = {{"not_domain_scoped", "domain_id:None"}};
  for (const auto& fields : ReadTable("keystone_rules.tsv", 3)) {
    const bool any = fields[2].empty() || fields[2].find("domain") != std::string::npos;
    rules.push_back(
        {fields[0], any ? fields[1] : "(" + fields[1] + ") and rule:not_domain_scoped"});
  }
  return rules;
}

struct Persona {
  std::string name;
  common::v1::AuthContext auth;
};

// `scope` as in testdata/personas.tsv.
inline common::v1::AuthContext Caller(const std::string& user_id, const std::string& scope,
                                      const std::vector<std::string>& roles) {
  common::v1::AuthContext auth;
  auth.set_user_id(user_id);
  auth.mutable_roles()->Assign(roles.begin(), roles.end());
  const std::vector<std::string> words = absl::StrSplit(scope, ' ');
  if (words[0] == "system") auth.set_system("all");
  if (words[0] == "domain") auth.set_domain_id(words.at(1));
  if (words[0] == "project") {
    auth.set_project_id(words.at(1));
    auth.set_project_domain_id(words.at(2));
  }
  return auth;
}

inline std::vector<Persona> Personas() {
  std::vector<Persona> personas;
  for (const auto& fields : ReadTable("personas.tsv", 4)) {
    personas.push_back({fields[0], Caller(fields[1], fields[2],
                                          absl::StrSplit(fields[3], ',', absl::SkipEmpty()))});
  }
  return personas;
}

// A line of testdata/expectations.tsv.
struct Expectation {
  std::string key;  // the rule, perhaps with a "[variant]"
  std::vector<std::string> target;
  std::set<std::string> let_in;

  std::string rule() const { return key.substr(0, key.find('[')); }
  // With a policy.yaml that lets nobody be admin_required.
  bool without_admin() const { return key.find("[no-admin") != std::string::npos; }
  policy::Target TargetFor(const common::v1::AuthContext& auth) const {
    policy::Target attributes;
    for (const std::string& item : target) {
      if (item != "own-domain") {
        const std::pair<std::string, std::string> field = absl::StrSplit(item, '=');
        attributes[field.first] = field.second;
      } else if (!auth.domain_id().empty()) {
        attributes["target.domain_id"] = attributes["target.domain.id"] = auth.domain_id();
      }
    }
    return attributes;
  }
};

inline std::vector<Expectation> ReadExpectations() {
  std::vector<Expectation> expectations;
  for (const auto& fields : ReadTable("expectations.tsv", 3)) {
    expectations.push_back({fields[0], absl::StrSplit(fields[1], ' ', absl::SkipEmpty()),
                            absl::StrSplit(fields[2], ' ', absl::SkipEmpty())});
  }
  return expectations;
}

}  // namespace tstack::identity
