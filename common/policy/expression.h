// The policy language as a tree: "rule:admin_required or (role:reader and
// project_id:%(target.project.id)s)".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/policy/credentials.h"
#include "common/policy/pattern.h"

namespace tstack::policy {

// One node; the root owns all below it. Read-only once its rule set is linked.
struct Expression {
  enum class Kind {
    kTrue,       // @ or the empty text
    kFalse,      // !
    kNot,        // one child
    kAnd,        // two or more children
    kOr,         // two or more children
    kRule,       // rule:NAME
    kRole,       // role:PATTERN
    kAttribute,  // ATTRIBUTE:PATTERN about the caller
    kLiteral,    // 'text':PATTERN, None:PATTERN, True:PATTERN, 7:PATTERN
    kField,      // field:RESOURCE:NAME=VALUE about the target (neutron's)
  };
  Kind kind = Kind::kFalse;
  std::vector<Expression> children;
  std::string name;               // kRule, kLiteral (as Python prints it), kField, kAttribute
  Pattern pattern;                // kRole, kAttribute, kLiteral, kField
  Attribute attribute = nullptr;  // kAttribute; null: unknown, never true
  int rule = -1;                  // kRule: index in the rule set, filled when it is linked
};

// What is wrong with a rule's text, and where: columns count from 1.
struct Mistake {
  size_t column = 0;
  std::string message;
};

// Parses one rule. Mistakes are appended; with any of them the result must not be used. Words and,
// or, not are case-insensitive; "not" binds tightest, then "and", then "or". Linear in the text;
// nesting is limited to 64.
Expression ParseExpression(std::string_view text, std::vector<Mistake>& mistakes);

// One check without operators: "role:admin", "@".
Expression ParseCheck(std::string_view text, size_t column, std::vector<Mistake>& mistakes);

}  // namespace tstack::policy
