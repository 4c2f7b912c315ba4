// Every route that asks a rule, as a call to its handler.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include <catch2/catch.hpp>

#include "common/rpc/handlers.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::identity {

// One call: an rpc by one of its routes, with extra fields set.
struct Case {
  std::string method;
  int route = 0;
  std::map<std::string, std::string> fields;  // beside those in the path
  std::string key;                            // of the table; "" = the route's rule
};

inline const std::map<std::string, std::string>& PathValues() {
  static const auto* const kValues = new std::map<std::string, std::string>{
      {"domain_id", "d1"},     {"project_id", "p1"},      {"user_id", "u1"},
      {"role_id", "r1"},       {"prior_role_id", "r1"},   {"implied_role_id", "ra"},
      {"region_id", "region"}, {"service_id", "service"}, {"endpoint_id", "endpoint"},
      {"tag", "red"}};
  return *kValues;
}

inline std::string PathOf(const api::Route& route) {
  for (const std::string& path :
       {route.get(), route.post(), route.put(), route.patch(), route.delete_(), route.head()}) {
    if (!path.empty()) return path;
  }
  return "";
}

inline void Set(const std::string& name, const std::string& value,
                google::protobuf::Message* request) {
  const auto* field = request->GetDescriptor()->FindFieldByName(name);
  REQUIRE(field != nullptr);
  if (field->type() == google::protobuf::FieldDescriptor::TYPE_BOOL) {
    request->GetReflection()->SetBool(request, field, value == "true");
  } else {
    request->GetReflection()->SetString(request, field, value);
  }
}

// The same rpcs about other objects: see the head of the table.
inline void AddVariants(std::vector<Case>* cases) {
  for (const auto& [role, variant] : std::map<std::string, std::string>{
           {"ra", "admin-role"}, {"rm", "manager-role"}, {"rr", "reader-role"}}) {
    cases->push_back(
        {"Roles/ShowRole", 0, {{"role_id", role}}, "identity:get_role[" + variant + "]"});
  }
  for (const auto& [method, rule] :
       std::map<std::string, std::string>{{"Assignments/CheckGrant", "identity:check_grant"},
                                          {"Assignments/CreateGrant", "identity:create_grant"},
                                          {"Assignments/RevokeGrant", "identity:revoke_grant"}}) {
    for (int route : {0, 1}) {
      for (const auto& [role, variant] : std::map<std::string, std::string>{
               {"ra", "admin-role"}, {"rd", "domain-role"}, {"rf", "foreign-role"}}) {
        cases->push_back({method, route, {{"role_id", role}}, rule + "[" + variant + "]"});
      }
      cases->push_back({method, route, {{"user_id", "u2"}}, rule + "[foreign-user]"});
    }
  }
  for (int route : {0, 1}) {
    cases->push_back({"Assignments/ListGrants",
                      route,
                      {{"user_id", "u2"}},
                      "identity:list_grants[foreign-user]"});
  }
  cases->push_back(
      {"Projects/CreateProject", 0, {{"is_domain", "true"}}, "identity:create_project[is-domain]"});
}

inline std::vector<Case> AllCases(const rpc::Handlers& handlers, const std::string& subject_token) {
  std::vector<Case> cases;
  for (const auto& [path, entry] : handlers.entries()) {
    const auto& options = entry.method->options();
    const std::string method = path.substr(std::string("/tstack.identity.v1.").size());
    for (int route = 0; route < options.ExtensionSize(api::route); ++route) {
      if (options.GetExtension(api::route, route).policy().empty()) continue;
      Case next = {method, route, {}, ""};
      const std::string path = PathOf(options.GetExtension(api::route, route));
      if (path.starts_with("/v3/projects/{project_id}") &&
          path.find("/users/") == std::string::npos) {
        const std::string rule = options.GetExtension(api::route, route).policy();
        cases.push_back({method, route, {{"project_id", "d1"}}, rule + "[is-domain]"});
      }
      if (method == "Tokens/ValidateToken" || method == "Tokens/RevokeToken") {
        next.fields["subject_token"] = subject_token;
      }
      if (method == "Projects/CreateProject" || method == "Users/CreateUser") {
        next.fields["domain_id"] = "d1";
      }
      cases.push_back(next);
    }
  }
  cases.push_back({"Roles/ListRoles", 0, {{"domain_id", "d1"}}, "identity:list_domain_roles"});
  cases.push_back({"Roles/CreateRole", 0, {{"domain_id", "d1"}}, "identity:create_domain_role"});
  cases.push_back({"Roles/ShowRole", 0, {{"role_id", "rd"}}, "identity:get_domain_role"});
  cases.push_back({"Roles/UpdateRole", 0, {{"role_id", "rd"}}, "identity:update_domain_role"});
  cases.push_back({"Roles/DeleteRole", 0, {{"role_id", "rd"}}, "identity:delete_domain_role"});
  cases.push_back({"Assignments/ListRoleAssignments",
                   0,
                   {{"include_subtree", "true"}, {"project_id", "p1"}},
                   "identity:list_role_assignments_for_tree"});
  AddVariants(&cases);
  return cases;
}

}  // namespace tstack::identity
