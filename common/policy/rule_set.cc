#include "common/policy/rule_set.h"

#include <algorithm>

namespace tstack::policy {

using common::v1::AuthContext;

int RuleSet::Find(std::string_view rule) const {
  const auto found = index_.find(absl::string_view(rule.data(), rule.size()));
  return found == index_.end() ? -1 : found->second;
}

bool RuleSet::IsReferenced(std::string_view rule) const {
  const int index = Find(rule);
  return index >= 0 && referenced_[index];
}

bool RuleSet::Allows(std::string_view rule, const AuthContext& auth, const Target& target) const {
  const int index = Find(rule);
  return index >= 0 && Holds(roots_[index], auth, target);
}

namespace {

bool RoleHolds(const Expression& node, const AuthContext& auth, const Target& target) {
  std::string scratch;
  const auto wanted = node.pattern.Fill(target, scratch);
  return wanted && HasRole(auth, *wanted);
}

bool AttributeHolds(const Expression& node, const AuthContext& auth, const Target& target) {
  if (node.attribute == nullptr) return false;
  std::string scratch;
  const auto wanted = node.pattern.Fill(target, scratch);
  if (!wanted) return false;
  const auto values = node.attribute(auth);
  return std::find(values.begin(), values.end(), *wanted) != values.end();
}

bool LiteralHolds(const Expression& node, const Target& target) {
  std::string scratch;
  const auto wanted = node.pattern.Fill(target, scratch);
  return wanted && *wanted == node.name;
}

bool FieldHolds(const Expression& node, const Target& target) {
  std::string scratch;
  const auto wanted = node.pattern.Fill(target, scratch);
  const auto found = target.find(node.name);
  return wanted && found != target.end() && found->second == *wanted;
}

}  // namespace

bool RuleSet::Holds(const Expression& node, const AuthContext& auth, const Target& target) const {
  const auto holds = [&](const Expression& child) { return Holds(child, auth, target); };
  switch (node.kind) {
    case Expression::Kind::kTrue:
      return true;
    case Expression::Kind::kFalse:
      return false;
    case Expression::Kind::kNot:
      return !holds(node.children[0]);
    case Expression::Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), holds);
    case Expression::Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), holds);
    case Expression::Kind::kRule:
      return holds(roots_[node.rule]);
    case Expression::Kind::kRole:
      return RoleHolds(node, auth, target);
    case Expression::Kind::kAttribute:
      return AttributeHolds(node, auth, target);
    case Expression::Kind::kLiteral:
      return LiteralHolds(node, target);
    case Expression::Kind::kField:
      return FieldHolds(node, target);
  }
  return false;
}

}  // namespace tstack::policy
