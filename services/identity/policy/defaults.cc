#include "services/identity/policy/defaults.h"

#include <string>

namespace tstack::identity {
namespace {

constexpr ScopeTypes kNotDomain = ScopeTypes::kNotDomain;

constexpr std::string_view kAnybody = "";
constexpr std::string_view kAdmin = "rule:admin_required";
constexpr std::string_view kAdminOrSystemReader = "rule:admin_or_system_reader";
constexpr std::string_view kListInDomain =
    "rule:admin_or_system_reader or (role:reader and domain_id:%(target.domain_id)s)";
constexpr std::string_view kReadProject =
    "rule:admin_or_system_reader or (role:reader and rule:project_in_domain) or "
    "project_id:%(target.project.id)s";
constexpr std::string_view kManageProject =
    "rule:admin_required or (role:manager and rule:project_in_domain)";
constexpr std::string_view kManageUser =
    "rule:admin_required or (role:manager and token.domain.id:%(target.user.domain_id)s)";
constexpr std::string_view kChangeGrant =
    "rule:admin_required or (role:admin and rule:grant_in_domain and rule:role_within_reach) or "
    "(role:manager and rule:grant_in_domain and rule:domain_managed_target_role)";

}  // namespace

const std::vector<PolicyDefault>& PolicyDefaults() {
  static const auto* const kDefaults = new std::vector<PolicyDefault>{
      // What the others are made of.
      {"admin_required", "role:admin"},
      {"service_role", "role:service"},
      {"token_subject", "user_id:%(target.token.user_id)s"},
      {"system_reader", "role:reader and system_scope:all"},
      {"admin_or_system_reader", "rule:admin_required or rule:system_reader"},
      {"project_in_domain",
       "domain_id:%(target.project.domain_id)s and not None:%(target.project.domain_id)s"},
      {"grant_in_domain",
       "domain_id:%(target.user.domain_id)s and "
       "(domain_id:%(target.project.domain_id)s or domain_id:%(target.domain.id)s)"},
      {"role_within_reach",
       "domain_id:%(target.role.domain_id)s or None:%(target.role.domain_id)s"},
      {"domain_managed_target_role",
       "'manager':%(target.role.name)s or 'member':%(target.role.name)s or "
       "'reader':%(target.role.name)s"},
      {"not_domain_scoped", "domain_id:None"},

      {"identity:validate_token",
       "rule:admin_or_system_reader or rule:service_role or rule:token_subject"},
      {"identity:check_token", "rule:admin_or_system_reader or rule:token_subject"},
      {"identity:revoke_token", "rule:admin_required or rule:token_subject"},
      {"identity:get_auth_catalog", kAnybody},
      {"identity:get_auth_projects", kAnybody},
      {"identity:get_auth_domains", kAnybody},
      {"identity:get_auth_system", kAnybody},

      {"identity:list_domains",
       "rule:admin_or_system_reader or (role:reader and domain_id:%(target.domain.id)s)"},
      {"identity:get_domain",
       "rule:admin_or_system_reader or token.domain.id:%(target.domain.id)s or "
       "token.project.domain.id:%(target.domain.id)s"},
      {"identity:create_domain", kAdmin, kNotDomain},
      {"identity:update_domain", kAdmin, kNotDomain},
      {"identity:delete_domain", kAdmin, kNotDomain},

      {"identity:list_projects", kListInDomain},
      {"identity:list_user_projects",
       "rule:admin_or_system_reader or (role:reader and domain_id:%(target.user.domain_id)s) or "
       "user_id:%(target.user.id)s"},
      {"identity:get_project", kReadProject},
      {"identity:create_project", kManageProject},
      {"identity:update_project", kManageProject},
      {"identity:delete_project", kManageProject},
      {"identity:list_project_tags", kReadProject},
      {"identity:get_project_tag", kReadProject},
      {"identity:update_project_tags", kManageProject},
      {"identity:create_project_tag", kManageProject},
      {"identity:delete_project_tags", kManageProject},
      {"identity:delete_project_tag", kManageProject},

      {"identity:list_users", kListInDomain},
      {"identity:get_user",
       "rule:admin_or_system_reader or (role:reader and "
       "token.domain.id:%(target.user.domain_id)s) or user_id:%(target.user.id)s"},
      {"identity:create_user", kManageUser},
      {"identity:update_user", kManageUser},
      {"identity:delete_user", kManageUser},

      {"identity:list_roles",
       "rule:admin_or_system_reader or (role:manager and not domain_id:None)"},
      {"identity:get_role",
       "rule:admin_or_system_reader or (role:manager and rule:domain_managed_target_role)"},
      {"identity:create_role", kAdmin, kNotDomain},
      {"identity:update_role", kAdmin, kNotDomain},
      {"identity:delete_role", kAdmin, kNotDomain},
      {"identity:list_domain_roles", kAdminOrSystemReader, kNotDomain},
      {"identity:get_domain_role", kAdminOrSystemReader, kNotDomain},
      {"identity:create_domain_role", kAdmin, kNotDomain},
      {"identity:update_domain_role", kAdmin, kNotDomain},
      {"identity:delete_domain_role", kAdmin, kNotDomain},
      {"identity:list_implied_roles", kAdminOrSystemReader, kNotDomain},
      {"identity:get_implied_role", kAdminOrSystemReader, kNotDomain},
      {"identity:check_implied_role", kAdminOrSystemReader, kNotDomain},
      {"identity:create_implied_role", kAdmin, kNotDomain},
      {"identity:delete_implied_role", kAdmin, kNotDomain},
      {"identity:list_role_inference_rules", kAdminOrSystemReader, kNotDomain},

      {"identity:list_role_assignments", kListInDomain},
      {"identity:list_role_assignments_for_tree", kListInDomain},
      {"identity:list_grants",
       "rule:admin_or_system_reader or (role:reader and rule:grant_in_domain)"},
      {"identity:check_grant",
       "rule:admin_or_system_reader or "
       "(role:reader and rule:grant_in_domain and rule:role_within_reach)"},
      {"identity:create_grant", kChangeGrant},
      {"identity:revoke_grant", kChangeGrant},
      {"identity:list_system_grants_for_user", kAdminOrSystemReader, kNotDomain},
      {"identity:check_system_grant_for_user", kAdminOrSystemReader, kNotDomain},
      {"identity:create_system_grant_for_user", kAdmin, kNotDomain},
      {"identity:revoke_system_grant_for_user", kAdmin, kNotDomain},

      {"identity:list_regions", kAnybody},
      {"identity:get_region", kAnybody},
      {"identity:create_region", kAdmin, kNotDomain},
      {"identity:update_region", kAdmin, kNotDomain},
      {"identity:delete_region", kAdmin, kNotDomain},
      {"identity:list_services", kAdminOrSystemReader, kNotDomain},
      {"identity:get_service", kAdminOrSystemReader, kNotDomain},
      {"identity:create_service", kAdmin, kNotDomain},
      {"identity:update_service", kAdmin, kNotDomain},
      {"identity:delete_service", kAdmin, kNotDomain},
      {"identity:list_endpoints", kAdminOrSystemReader, kNotDomain},
      {"identity:get_endpoint", kAdminOrSystemReader, kNotDomain},
      {"identity:create_endpoint", kAdmin, kNotDomain},
      {"identity:update_endpoint", kAdmin, kNotDomain},
      {"identity:delete_endpoint", kAdmin, kNotDomain},
  };
  return *kDefaults;
}

std::vector<policy::RuleDefault> PolicyRules() {
  std::vector<policy::RuleDefault> rules;
  for (const PolicyDefault& rule : PolicyDefaults()) {
    std::string check(rule.check);
    if (rule.scopes == ScopeTypes::kNotDomain) check = "(" + check + ") and rule:not_domain_scoped";
    rules.push_back({std::string(rule.name), std::move(check)});
  }
  return rules;
}

}  // namespace tstack::identity
