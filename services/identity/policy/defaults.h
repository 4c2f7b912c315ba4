// The rules that apply where policy.yaml says nothing: names and meaning are keystone's.
#pragma once

#include <string_view>
#include <vector>

#include "common/policy/policy.h"

namespace tstack::identity {

// Which scopes a token may have for a rule besides what the rule itself asks.
enum class ScopeTypes {
  kAny,        // system, domain, project, or none
  kNotDomain,  // a domain's token is refused: the rule is about the whole cloud
};

// One default as it is written here.
struct PolicyDefault {
  std::string_view name;
  std::string_view check;
  ScopeTypes scopes = ScopeTypes::kAny;
};

// Every default, rules that others refer to included.
const std::vector<PolicyDefault>& PolicyDefaults();

// The same for policy::MakeEngine: the scope types have become part of the check.
std::vector<policy::RuleDefault> PolicyRules();

}  // namespace tstack::identity
