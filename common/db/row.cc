#include <charconv>
#include <limits>

#include "common/db/database.h"

namespace tstack::db {
namespace {

Status WrongColumn(size_t column, std::string_view wanted) {
  return Error(
      StatusCode::kInternal, "STORED_DATA",
      "column " + std::to_string(column) + " of a stored row is not " + std::string(wanted));
}

StatusOr<int64_t> ParseInt(const std::string& text, size_t column) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return WrongColumn(column, "an integer");
  return value;
}

}  // namespace

bool Row::IsNull(size_t column) const {
  return column >= columns_.size() || std::holds_alternative<std::nullptr_t>(columns_[column]);
}

StatusOr<std::string> Row::String(size_t column) const {
  if (column < columns_.size()) {
    if (const auto* text = std::get_if<std::string>(&columns_[column])) return *text;
  }
  return WrongColumn(column, "text");
}

StatusOr<int64_t> Row::Int(size_t column) const {
  if (column >= columns_.size()) return WrongColumn(column, "an integer");
  const Value& value = columns_[column];
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* number = std::get_if<uint64_t>(&value)) {
    if (*number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
      return static_cast<int64_t>(*number);
  }
  if (const auto* text = std::get_if<std::string>(&value))
    return ParseInt(*text, column);  // SUM() is a DECIMAL
  return WrongColumn(column, "an integer");
}

StatusOr<double> Row::Double(size_t column) const {
  if (column >= columns_.size()) return WrongColumn(column, "a number");
  if (const auto* number = std::get_if<double>(&columns_[column])) return *number;
  StatusOr<int64_t> whole = Int(column);
  if (!whole.ok()) return WrongColumn(column, "a number");
  return static_cast<double>(*whole);
}

StatusOr<absl::Time> Row::Time(size_t column) const {
  if (column < columns_.size()) {
    if (const auto* time = std::get_if<absl::Time>(&columns_[column])) return *time;
  }
  return WrongColumn(column, "a time");
}

StatusOr<bool> Row::Bool(size_t column) const {
  StatusOr<int64_t> number = Int(column);
  if (!number.ok() || (*number != 0 && *number != 1)) return WrongColumn(column, "a boolean");
  return *number == 1;
}

StatusOr<std::optional<std::string>> Row::OptionalString(size_t column) const {
  if (column < columns_.size() && IsNull(column)) return std::optional<std::string>();
  ASSIGN_OR_RETURN(std::string text, String(column));
  return std::optional<std::string>(std::move(text));
}

StatusOr<std::optional<absl::Time>> Row::OptionalTime(size_t column) const {
  if (column < columns_.size() && IsNull(column)) return std::optional<absl::Time>();
  ASSIGN_OR_RETURN(const absl::Time time, Time(column));
  return std::optional<absl::Time>(time);
}

std::string Row::StringOr(size_t column, std::string_view fallback) const {
  if (column < columns_.size()) {
    if (const auto* text = std::get_if<std::string>(&columns_[column])) return *text;
  }
  return std::string(fallback);
}

}  // namespace tstack::db
