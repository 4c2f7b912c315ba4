// Between the connector's values and ours. Internal to this folder.
#pragma once

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>

#include <string_view>
#include <vector>

#include "common/db/database.h"

namespace tstack::db {

// Both may throw what the connector throws.
void Bind(sql::PreparedStatement& statement, const std::vector<Value>& parameters);
Rows Fetch(sql::ResultSet& result);

// "2026-11-22 13:54:55.123456" as UTC; false if it is no such text.
bool ParseDateTime(std::string_view text, absl::Time& time);
std::string FormatDateTime(absl::Time time);

}  // namespace tstack::db
