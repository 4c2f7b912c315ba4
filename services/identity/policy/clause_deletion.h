// Rules with one clause taken out, to see whether a table of expectations notices. For tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tstack::identity {

// A check as a tree: "and"/"or" over children, "not" over one, or the text of one check.
struct Clause {
  std::string word;  // "and", "or", "not"; "" for a check
  std::string check;
  std::vector<Clause> children;

  std::string Text() const {
    if (word.empty()) return check;
    if (word == "not") return "not " + Group(children[0]);
    std::string text;
    for (const Clause& child : children) {
      if (!text.empty()) text += " " + word + " ";
      text += Group(child);
    }
    return text;
  }

  // Every check that is left when one operand of an "and" or an "or" is deleted.
  std::vector<std::string> Deletions() const {
    std::vector<std::string> texts;
    Delete(*this, [&](const Clause& smaller) { texts.push_back(smaller.Text()); });
    return texts;
  }

 private:
  static std::string Group(const Clause& clause) {
    return clause.children.empty() ? clause.check : "(" + clause.Text() + ")";
  }

  using Sink = std::function<void(const Clause&)>;

  static void Delete(const Clause& clause, const Sink& sink) {
    for (size_t i = 0; i < clause.children.size(); ++i) {
      if (clause.word != "not") {
        Clause smaller = clause;
        smaller.children.erase(smaller.children.begin() + static_cast<std::ptrdiff_t>(i));
        sink(smaller.children.size() == 1 ? smaller.children[0] : smaller);
      }
      Delete(clause.children[i], [&](const Clause& child) {
        Clause changed = clause;
        changed.children[i] = child;
        sink(changed);
      });
    }
  }
};

// Reads what is valid: operands apart by spaces, parentheses around operands.
class ClauseParser {
 public:
  explicit ClauseParser(std::string_view text) : rest_(text) {}
  Clause Parse() { return List("or"); }

 private:
  // "a or b or c"; its operands are lists of "and".
  Clause List(std::string_view word) {
    std::vector<Clause> operands;
    do operands.push_back(word == "or" ? List("and") : Operand());
    while (Take(word));
    if (operands.size() == 1) return std::move(operands[0]);
    return {std::string(word), "", std::move(operands)};
  }

  Clause Operand() {
    if (Take("not")) return {"not", "", {Operand()}};
    if (Take("(")) {
      Clause inner = List("or");
      Take(")");
      return inner;
    }
    return {"", TakeCheck(), {}};
  }

  bool Take(std::string_view token) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    const bool word = token != "(" && token != ")";
    if (!rest_.starts_with(token)) return false;
    if (word && rest_.size() > token.size() && rest_[token.size()] != ' ') return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // "domain_id:%(target.domain_id)s": parentheses of its own belong to it.
  std::string TakeCheck() {
    size_t end = 0;
    for (int depth = 0; end < rest_.size() && rest_[end] != ' '; ++end) {
      if (rest_[end] == '(') ++depth;
      if (rest_[end] == ')' && depth-- == 0) break;
    }
    const std::string check(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return check;
  }

  std::string_view rest_;
};

}  // namespace tstack::identity
