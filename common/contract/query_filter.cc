#include "common/contract/query_filter.h"

#include <utility>

#include "absl/strings/str_split.h"

#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using api::Filter;

struct Operator {
  std::string_view word;
  Filter::Op op;
};

constexpr Operator kNameOperators[] = {
    {"contains", Filter::CONTAINS},       {"startswith", Filter::STARTSWITH},
    {"endswith", Filter::ENDSWITH},       {"icontains", Filter::ICONTAINS},
    {"istartswith", Filter::ISTARTSWITH}, {"iendswith", Filter::IENDSWITH},
    {"iexact", Filter::IEXACT},           {"exact", Filter::EQ},
};

constexpr Operator kComparisons[] = {
    {"eq", Filter::EQ},   {"neq", Filter::NEQ}, {"gt", Filter::GT},
    {"gte", Filter::GTE}, {"lt", Filter::LT},   {"lte", Filter::LTE},
};

Filter MakeFilter(Filter::Op op, std::string_view value) {
  Filter filter;
  filter.set_op(op);
  filter.add_values(std::string(value));
  return filter;
}

// "a,b" with "…" around values that have commas, backslash before a quote inside.
Filter MakeListFilter(Filter::Op op, std::string_view list) {
  Filter filter;
  filter.set_op(op);
  std::string value;
  bool quoted = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '\\' && quoted && i + 1 < list.size()) {
      value.push_back(list[++i]);
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (list[i] == ',' && !quoted) {
      filter.add_values(std::exchange(value, ""));
    } else {
      value.push_back(list[i]);
    }
  }
  filter.add_values(value);
  return filter;
}

std::optional<Filter> ParseComparison(std::string_view value) {
  const size_t colon = value.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  for (const Operator& comparison : kComparisons) {
    if (value.substr(0, colon) == comparison.word) {
      return MakeFilter(comparison.op, value.substr(colon + 1));
    }
  }
  return std::nullopt;
}

Filter ParseGlance(std::string_view value) {
  if (value.starts_with("in:")) return MakeListFilter(Filter::IN, value.substr(3));
  return ParseComparison(value).value_or(MakeFilter(Filter::EQ, value));
}

Filter ParsePlacement(std::string_view value) {
  if (value.starts_with("in:")) return MakeListFilter(Filter::IN, value.substr(3));
  if (value.starts_with("!in:")) return MakeListFilter(Filter::NOT_IN, value.substr(4));
  if (value.starts_with("!")) return MakeFilter(Filter::NEQ, value.substr(1));
  return MakeFilter(Filter::EQ, value);
}

// "gt:2026-01-01,lt:2026-02-01"; a text with commas and no operators is one value.
std::vector<Filter> ParseCinder(std::string_view value) {
  std::vector<Filter> filters;
  for (const absl::string_view piece : absl::StrSplit(View(value), ',')) {
    std::optional<Filter> filter = ParseComparison({piece.data(), piece.size()});
    if (!filter) return {MakeFilter(Filter::EQ, value)};
    filters.push_back(*std::move(filter));
  }
  return filters;
}

}  // namespace

std::optional<FilterName> SplitFilterName(std::string_view name, FilterStyle style) {
  if (style == FilterStyle::kCinder && name.size() > 1 && name.ends_with('~')) {
    return FilterName{name.substr(0, name.size() - 1), Filter::CONTAINS};
  }
  const size_t split = name.rfind("__");
  if (style != FilterStyle::kKeystone || split == std::string_view::npos) return std::nullopt;
  for (const Operator& candidate : kNameOperators) {
    if (name.substr(split + 2) == candidate.word) {
      return FilterName{name.substr(0, split), candidate.op};
    }
  }
  return std::nullopt;
}

std::vector<Filter> ParseFilterValue(std::string_view value, FilterStyle style) {
  switch (style) {
    case FilterStyle::kGlance:
      return {ParseGlance(value)};
    case FilterStyle::kPlacement:
      return {ParsePlacement(value)};
    case FilterStyle::kCinder:
      return ParseCinder(value);
    default:
      return {MakeFilter(Filter::EQ, value)};
  }
}

}  // namespace tstack::contract
