#include "services/identity/resources/conditions.h"

#include <utility>

#include "services/identity/resources/lookup.h"

namespace tstack::identity {
namespace {

using api::Filter;

struct Comparison {
  std::string_view sql;     // follows the column
  std::string_view before;  // around the escaped value of a LIKE
  std::string_view after;
  bool like = false;
};

// Letters compare without regard to case in every form: the columns' collation has it so.
Comparison ComparisonOf(Filter::Op op) {
  switch (op) {
    case Filter::CONTAINS:
    case Filter::ICONTAINS:
      return {" LIKE ?", "%", "%", true};
    case Filter::STARTSWITH:
    case Filter::ISTARTSWITH:
      return {" LIKE ?", "", "%", true};
    case Filter::ENDSWITH:
    case Filter::IENDSWITH:
      return {" LIKE ?", "%", "", true};
    case Filter::GT:
      return {" > ?", "", ""};
    case Filter::GTE:
      return {" >= ?", "", ""};
    case Filter::LT:
      return {" < ?", "", ""};
    case Filter::LTE:
      return {" <= ?", "", ""};
    default:
      return {" = ?", "", ""};
  }
}

std::string Operand(const Comparison& comparison, std::string_view value) {
  if (!comparison.like) return std::string(value);
  std::string pattern(comparison.before);
  pattern.append(EscapeLike(value)).append(comparison.after);
  return pattern;
}

}  // namespace

std::string EscapeLike(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\\' || c == '%' || c == '_') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::string Placeholders(size_t count) {
  std::string list = "?";
  for (size_t i = 1; i < count; ++i) list.append(", ?");
  return list;
}

Conditions& Conditions::Add(std::string_view sql, std::vector<db::Value> parameters) {
  if (!sql_.empty()) sql_.append(" AND ");
  sql_.append(sql);
  for (db::Value& value : parameters) parameters_.push_back(std::move(value));
  return *this;
}

Conditions& Conditions::Equal(std::string_view column, bool given, std::string_view value) {
  if (!given) return *this;
  if (!PlausibleId(value)) return Add("FALSE");
  return Add(std::string(column) + " = ?", {std::string(value)});
}

Conditions& Conditions::Match(std::string_view column, const api::Filter& filter) {
  if (filter.values().empty()) return *this;
  const Comparison comparison = ComparisonOf(filter.op());
  const bool negative = filter.op() == Filter::NEQ || filter.op() == Filter::NOT_IN;
  std::string sql = negative ? "NOT (" : "(";
  std::vector<db::Value> parameters;
  for (const std::string& value : filter.values()) {
    if (!parameters.empty()) sql.append(" OR ");
    sql.append(column).append(comparison.sql);
    parameters.emplace_back(Operand(comparison, value));
  }
  return Add(sql + ")", std::move(parameters));
}

}  // namespace tstack::identity
