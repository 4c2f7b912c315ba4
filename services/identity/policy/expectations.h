// Who may do what: the personas and the checked-in table that tests of the rules share.
#pragma once

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"

#include "tstack/common/v1/context.pb.h"

namespace tstack::identity {

struct Persona {
  std::string name;
  common::v1::AuthContext auth;
};

namespace personas {

using common::v1::AuthContext;
using Roles = std::vector<std::string>;

inline AuthContext Caller(const Roles& roles, const std::string& user_id = "u9") {
  AuthContext auth;
  auth.set_user_id(user_id);
  auth.mutable_roles()->Assign(roles.begin(), roles.end());
  return auth;
}

inline AuthContext OnSystem(const Roles& roles) {
  AuthContext auth = Caller(roles);
  auth.set_system("all");
  return auth;
}

inline AuthContext OnDomain(const std::string& domain_id, const Roles& roles) {
  AuthContext auth = Caller(roles);
  auth.set_domain_id(domain_id);
  return auth;
}

inline AuthContext OnProject(const std::string& project_id, const std::string& domain_id,
                             const Roles& roles) {
  AuthContext auth = Caller(roles);
  auth.set_project_id(project_id);
  auth.set_project_domain_id(domain_id);
  return auth;
}

}  // namespace personas

// Everybody of testdata/expectations.tsv. Domains d1 and d2, project p1 in d1, p2 in d2, user u1.
inline const std::vector<Persona>& Personas() {
  using namespace personas;  // NOLINT
  static const Roles kAdmin = {"admin", "member", "reader"};
  static const Roles kManager = {"manager", "member", "reader"};
  static const Roles kMember = {"member", "reader"};
  static const Roles kReader = {"reader"};
  static const auto* const kPersonas = new std::vector<Persona>{
      {"system-admin", OnSystem(kAdmin)},
      {"system-reader", OnSystem(kReader)},
      {"domain-admin", OnDomain("d1", kAdmin)},
      {"domain-manager", OnDomain("d1", kManager)},
      {"domain-reader", OnDomain("d1", kReader)},
      {"other-domain-admin", OnDomain("d2", kAdmin)},
      {"other-domain-manager", OnDomain("d2", kManager)},
      {"other-domain-reader", OnDomain("d2", kReader)},
      {"project-admin", OnProject("p1", "d1", kAdmin)},
      {"project-manager", OnProject("p1", "d1", kManager)},
      {"project-member", OnProject("p1", "d1", kMember)},
      {"other-project-member", OnProject("p2", "d2", kMember)},
      {"owner", Caller({}, "u1")},
      {"service", OnProject("p2", "d2", {"service"})},
      {"unscoped", Caller({})},
      {"unauthenticated", AuthContext()},
  };
  return *kPersonas;
}

// Rule, perhaps with a "[variant]", to the names of those whom it lets in.
using Expectations = std::map<std::string, std::set<std::string>>;

// Reads the table; empty if it cannot be read.
inline Expectations ReadExpectations(const std::string& path) {
  Expectations expectations;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::pair<std::string, std::string> fields =
        absl::StrSplit(line, absl::MaxSplits('\t', 1));
    expectations[fields.first] = absl::StrSplit(fields.second, ' ', absl::SkipEmpty());
  }
  return expectations;
}

}  // namespace tstack::identity
