#include "services/identity/resources/targets.h"

#include <string>

namespace tstack::identity {
namespace {

std::string OrNone(bool given, const std::string& value) { return given ? value : "None"; }

}  // namespace

void AddUser(const v1::User& user, policy::Target* target) {
  (*target)["user_id"] = user.id();
  (*target)["target.user.id"] = user.id();
  (*target)["target.user.name"] = user.name();
  (*target)["target.user.domain_id"] = user.domain_id();
}

void AddProject(const v1::Project& project, policy::Target* target) {
  (*target)["project_id"] = project.id();
  (*target)["target.project.id"] = project.id();
  (*target)["target.project.name"] = project.name();
  (*target)["target.project.domain_id"] = OrNone(project.has_domain_id(), project.domain_id());
}

void AddRole(const v1::Role& role, policy::Target* target) {
  (*target)["target.role.id"] = role.id();
  (*target)["target.role.name"] = role.name();
  (*target)["target.role.domain_id"] = OrNone(role.has_domain_id(), role.domain_id());
}

void AddDomain(std::string_view domain_id, policy::Target* target) {
  (*target)["target.domain.id"] = std::string(domain_id);
}

policy::Target ListTarget(const CallContext& ctx) {
  policy::Target target;
  const std::string& domain_id = ctx.request.auth.domain_id();
  if (domain_id.empty()) return target;
  target["target.domain_id"] = domain_id;
  AddDomain(domain_id, &target);
  return target;
}

}  // namespace tstack::identity
