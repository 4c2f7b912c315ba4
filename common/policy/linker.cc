#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/policy/rule_set.h"

namespace tstack::policy {
namespace {

Expression Combine(Expression::Kind kind, std::vector<Expression> children) {
  if (children.size() == 1) return std::move(children[0]);
  Expression node;
  node.kind = kind;
  node.children = std::move(children);
  return node;
}

// An empty outer list permits, empty inner lists are skipped, nothing left denies: as oslo reads
// them.
Expression ParseList(const RuleText& rule, std::vector<Mistake>& mistakes) {
  Expression constant;
  if (rule.list.empty()) {
    constant.kind = Expression::Kind::kTrue;
    return constant;
  }
  std::vector<Expression> alternatives;
  for (const auto& inner : rule.list) {
    if (inner.empty()) continue;
    std::vector<Expression> checks;
    for (const std::string& check : inner) checks.push_back(ParseCheck(check, 1, mistakes));
    alternatives.push_back(Combine(Expression::Kind::kAnd, std::move(checks)));
  }
  if (alternatives.empty()) return constant;
  return Combine(Expression::Kind::kOr, std::move(alternatives));
}

}  // namespace

// Turns names into indexes and finds what cannot be: in one pass over the trees, then one over the
// references.
class RuleSet::Linker {
 public:
  explicit Linker(RuleSet& set) : set_(set) {}

  Status Run(const std::vector<RuleText>& rules) {
    for (const RuleText& rule : rules) Add(rule);
    for (size_t i = 0; i < set_.roots_.size(); ++i) Resolve(set_.roots_[i], i);
    state_.assign(set_.roots_.size(), kNew);
    for (size_t i = 0; i < set_.roots_.size(); ++i) FindCycle(static_cast<int>(i));
    if (mistakes_.empty()) return absl::OkStatus();
    return Error(StatusCode::kInvalidArgument, "POLICY_SYNTAX", absl::StrJoin(mistakes_, "\n"));
  }

 private:
  enum State { kNew, kOnPath, kDone };

  void Add(const RuleText& rule) {
    std::vector<Mistake> found;
    Expression root = rule.is_list ? ParseList(rule, found) : ParseExpression(rule.check, found);
    for (const Mistake& mistake : found) {
      mistakes_.push_back(
          absl::StrCat("rule ", rule.name, ", column ", mistake.column, ": ", mistake.message));
    }
    const auto [at, is_new] =
        set_.index_.try_emplace(rule.name, static_cast<int>(set_.roots_.size()));
    if (is_new) {
      set_.roots_.push_back(std::move(root));
      set_.referenced_.push_back(false);
      names_.push_back(rule.name);
    } else {
      set_.roots_[at->second] = std::move(root);
    }
  }

  void Resolve(Expression& node, size_t owner) {
    for (Expression& child : node.children) Resolve(child, owner);
    if (node.kind == Expression::Kind::kAttribute && node.attribute == nullptr) {
      set_.unknown_attributes_.push_back(node.name);
    }
    if (node.kind != Expression::Kind::kRule) return;
    node.rule = set_.Find(node.name);
    if (node.rule >= 0) {
      set_.referenced_[node.rule] = true;
    } else {
      mistakes_.push_back(absl::StrCat("rule ", names_[owner], ": there is no rule ", node.name));
    }
  }

  // Depth-first search; a rule that is met while it is on the path closes a cycle, which is
  // reported once.
  void FindCycle(int rule) {
    if (state_[rule] == kDone) return;
    if (state_[rule] == kOnPath) {
      const auto start = std::find(path_.begin(), path_.end(), names_[rule]);
      mistakes_.push_back(
          absl::StrCat("rules refer to themselves: ", absl::StrJoin(start, path_.end(), " -> "),
                       " -> ", names_[rule]));
      return;
    }
    state_[rule] = kOnPath;
    path_.push_back(names_[rule]);
    Follow(set_.roots_[rule]);
    path_.pop_back();
    state_[rule] = kDone;
  }

  void Follow(const Expression& node) {
    for (const Expression& child : node.children) Follow(child);
    if (node.rule >= 0) FindCycle(node.rule);
  }

  RuleSet& set_;
  std::vector<std::string> names_;  // by index
  std::vector<std::string> mistakes_;
  std::vector<State> state_;
  std::vector<std::string> path_;
};

StatusOr<std::shared_ptr<const RuleSet>> RuleSet::Link(const std::vector<RuleText>& rules) {
  auto set = std::make_shared<RuleSet>();
  RETURN_IF_ERROR(Linker(*set).Run(rules));
  return std::shared_ptr<const RuleSet>(std::move(set));
}

}  // namespace tstack::policy
