// Between the connector's values and ours. Internal to this folder.
#pragma once

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.h"

namespace tstack::db {

// As what a column is read.
enum class Kind : char { kSigned, kUnsigned, kDouble, kTime, kText };
using Kinds = std::vector<Kind>;

// All but ColumnKinds' constructor may throw what the connector throws.
void Bind(sql::PreparedStatement& statement, const std::vector<Value>& parameters);
Kinds KindsOf(sql::ResultSet& result);
Rows Fetch(sql::ResultSet& result, const Kinds& kinds);

// The columns of a prepared statement, kept: the connector derives them anew for each result, which
// costs as much as the rest of a short one. A migration never changes the type of a column that is
// in use (it adds another).
class ColumnKinds {
 public:
  // The types of "SELECT ?" and the like depend on those of the parameters.
  const Kinds& Of(sql::ResultSet& result, const std::vector<Value>& parameters);

 private:
  bool known_ = false;
  std::string types_;  // of the parameters that the kinds were seen with
  Kinds kinds_;
};

// "2026-11-22 13:54:55.123456" as UTC; false if it is no such text.
bool ParseDateTime(std::string_view text, absl::Time& time);
std::string FormatDateTime(absl::Time time);

}  // namespace tstack::db
