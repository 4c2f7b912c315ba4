#include "common/db/result.h"

#include <cppconn/datatype.h>
#include <cppconn/resultset_metadata.h>

#include <charconv>
#include <memory>

#include "absl/time/civil_time.h"

namespace tstack::db {
namespace {

Kind KindOf(sql::ResultSetMetaData& columns, unsigned column) {
  switch (columns.getColumnType(column)) {
    case sql::DataType::BIT:
    case sql::DataType::TINYINT:
    case sql::DataType::SMALLINT:
    case sql::DataType::MEDIUMINT:
    case sql::DataType::INTEGER:
    case sql::DataType::BIGINT:
    case sql::DataType::YEAR:
      return columns.isSigned(column) ? Kind::kSigned : Kind::kUnsigned;
    case sql::DataType::REAL:
    case sql::DataType::DOUBLE:
      return Kind::kDouble;
    case sql::DataType::TIMESTAMP:  // DATETIME too
      return Kind::kTime;
    default:
      return Kind::kText;
  }
}

Value TimeOrText(const std::string& text) {
  absl::Time time;
  if (ParseDateTime(text, time)) return time;
  return text;  // '0000-00-00 …': reading it as a time gives an error
}

Value Column(sql::ResultSet& result, unsigned column, Kind kind) {
  if (result.isNull(column)) return nullptr;
  switch (kind) {
    case Kind::kSigned:
      return static_cast<int64_t>(result.getInt64(column));
    case Kind::kUnsigned:
      return static_cast<uint64_t>(result.getUInt64(column));
    case Kind::kDouble:
      return static_cast<double>(result.getDouble(column));
    case Kind::kTime:
      return TimeOrText(result.getString(column).asStdString());
    case Kind::kText:
      break;
  }
  return result.getString(column).asStdString();
}

struct Binder {
  sql::PreparedStatement& statement;
  unsigned index;
  void operator()(std::nullptr_t) const { statement.setNull(index, 0); }
  void operator()(int64_t value) const { statement.setInt64(index, value); }
  void operator()(uint64_t value) const { statement.setUInt64(index, value); }
  void operator()(double value) const { statement.setDouble(index, value); }
  void operator()(const std::string& value) const { statement.setString(index, value); }
  void operator()(absl::Time value) const { statement.setDateTime(index, FormatDateTime(value)); }
};

bool Number(std::string_view text, size_t begin, size_t size, int& number) {
  if (text.size() < begin + size) return false;
  const char* end = text.data() + begin + size;
  const auto [stopped, error] = std::from_chars(text.data() + begin, end, number);
  return error == std::errc() && stopped == end;
}

}  // namespace

void Bind(sql::PreparedStatement& statement, const std::vector<Value>& parameters) {
  unsigned index = 0;
  for (const Value& value : parameters) std::visit(Binder{statement, ++index}, value);
}

Kinds KindsOf(sql::ResultSet& result) {
  sql::ResultSetMetaData& columns = *result.getMetaData();
  Kinds kinds;
  const unsigned count = columns.getColumnCount();
  kinds.reserve(count);
  for (unsigned column = 1; column <= count; ++column) kinds.push_back(KindOf(columns, column));
  return kinds;
}

const Kinds& ColumnKinds::Of(sql::ResultSet& result, const std::vector<Value>& parameters) {
  bool same = known_ && types_.size() == parameters.size();
  for (size_t i = 0; same && i < parameters.size(); ++i)
    same = types_[i] == static_cast<char>(parameters[i].index());
  if (same) return kinds_;
  kinds_ = KindsOf(result);
  types_.clear();
  for (const Value& value : parameters) types_.push_back(static_cast<char>(value.index()));
  known_ = true;
  return kinds_;
}

Rows Fetch(sql::ResultSet& result, const Kinds& kinds) {
  Rows rows;
  rows.reserve(result.rowsCount());
  while (result.next()) {
    std::vector<Value> values;
    values.reserve(kinds.size());
    for (unsigned column = 1; column <= kinds.size(); ++column) {
      values.push_back(Column(result, column, kinds[column - 1]));
    }
    rows.emplace_back(std::move(values));
  }
  return rows;
}

bool ParseDateTime(std::string_view text, absl::Time& time) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
  const bool whole = Number(text, 0, 4, year) && Number(text, 5, 2, month) &&
                     Number(text, 8, 2, day) && Number(text, 11, 2, hour) &&
                     Number(text, 14, 2, minute) && Number(text, 17, 2, second);
  if (!whole || month == 0 || day == 0) return false;
  if (text.size() > 20) {
    const size_t digits = text.size() - 20;
    if (text[19] != '.' || digits > 6 || !Number(text, 20, digits, fraction)) return false;
    for (size_t missing = digits; missing < 6; ++missing) fraction *= 10;
  }
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  time = absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Microseconds(fraction);
  return true;
}

std::string FormatDateTime(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S", time, absl::UTCTimeZone());
}

}  // namespace tstack::db
