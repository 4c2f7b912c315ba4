#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "common/policy/expression.h"

namespace tstack::policy {
namespace {

bool IsInteger(std::string_view text) {
  if (text == "0") return true;
  return !text.empty() && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool IsQuoted(std::string_view text) {
  return text.size() >= 2 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0] &&
         text.find('\\') == std::string_view::npos;
}

// The left-hand side as a constant, in the form that Python's str() gives it.
std::optional<std::string> ParseLiteral(std::string_view text) {
  if (IsQuoted(text)) return std::string(text.substr(1, text.size() - 2));
  if (text == "None" || text == "True" || text == "False" || IsInteger(text)) {
    return std::string(text);
  }
  return std::nullopt;
}

bool IsAttributeName(std::string_view text) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), allowed);
}

// Splits "network:shared=True" into the attribute and the value it must have.
std::string_view SplitField(std::string_view match, Expression& check) {
  const size_t colon = match.find(':');
  const size_t equals = match.find('=');
  if (colon == std::string_view::npos || equals == std::string_view::npos || equals < colon) {
    return {};
  }
  check.name = match.substr(colon + 1, equals - colon - 1);
  return match.substr(equals + 1);
}

// Decides what kind of check it is and what remains to be matched; an error text if it is none.
std::string_view Classify(std::string_view kind, std::string_view& match, Expression& check) {
  if (kind == "rule") {
    check.kind = Expression::Kind::kRule;
    check.name = match;
    return match.empty() ? "rule: needs the name of a rule" : "";
  }
  if (kind == "role") {
    check.kind = Expression::Kind::kRole;
    return "";
  }
  if (kind == "field") {
    check.kind = Expression::Kind::kField;
    match = SplitField(match, check);
    return check.name.empty() ? "field: is written field:resource:attribute=value" : "";
  }
  if (kind == "http" || kind == "https") return "checks by remote servers are not supported";
  if (auto literal = ParseLiteral(kind)) {
    check.kind = Expression::Kind::kLiteral;
    check.name = *std::move(literal);
    return "";
  }
  check.kind = Expression::Kind::kAttribute;
  check.name = kind;
  check.attribute = FindAttribute(kind);
  return IsAttributeName(kind) ? "" : "the part before ':' is neither an attribute nor a literal";
}

Expression Constant(bool value) {
  Expression constant;
  constant.kind = value ? Expression::Kind::kTrue : Expression::Kind::kFalse;
  return constant;
}

}  // namespace

Expression ParseCheck(std::string_view text, size_t column, std::vector<Mistake>& mistakes) {
  if (text == "@" || text == "!") return Constant(text == "@");
  Expression check;
  // A quoted left-hand side may itself contain a colon; oslo splits at the first one, and so do we.
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    mistakes.push_back({column, "'" + std::string(text) + "' is no check: ':' is missing"});
    return check;
  }
  std::string_view match = text.substr(colon + 1);
  const std::string_view problem = Classify(text.substr(0, colon), match, check);
  if (!problem.empty()) {
    mistakes.push_back({column, std::string(problem)});
    return check;
  }
  if (check.kind == Expression::Kind::kRule) return check;
  auto pattern = Pattern::Parse(match);
  if (!pattern.ok()) {
    mistakes.push_back({column + colon + 1, std::string(pattern.status().message())});
    return check;
  }
  check.pattern = *std::move(pattern);
  return check;
}

}  // namespace tstack::policy
