// What the store tests of this folder share: one server, one schema with a table of numbers and a
// pair of tables.
#pragma once

#include <memory>
#include <string>

#include "common/db/connect.h"
#include "common/testing/mariadb.h"

namespace tstack::db {

inline migrate::Files TestTables() {
  return {
      {10, "0010_tables",
       "CREATE TABLE IF NOT EXISTS number (id INT PRIMARY KEY, value INT NOT NULL, UNIQUE KEY "
       "number_value (value));"
       "CREATE TABLE IF NOT EXISTS parent (id INT PRIMARY KEY, generation INT NOT NULL DEFAULT 0);"
       "CREATE TABLE IF NOT EXISTS child (id INT PRIMARY KEY, parent_id INT NOT NULL,"
       "  CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE "
       "RESTRICT);"
       "CREATE TABLE IF NOT EXISTS loose_child (id INT PRIMARY KEY, parent_id INT NOT NULL)"}};
}

inline std::string NewTxn() { return RealIds().TimeOrderedUuid(); }

inline Status Insert(Transaction& tx, int64_t id, int64_t value) {
  return tx.Execute("number_insert", "INSERT INTO number (id, value) VALUES (?, ?)", {id, value})
      .status();
}

inline Status Add(Transaction& tx, int64_t id, int64_t amount) {
  return tx.Execute("number_add", "UPDATE number SET value = value + ? WHERE id = ?", {amount, id})
      .status();
}

// -1 if the row is not there or cannot be read.
inline int64_t ValueOf(Database& database, int64_t id, Freshness freshness = Freshness::kLocal) {
  int64_t value = -1;
  const Status status =
      database.Read(testing::Deadline(), freshness, [&](Transaction& tx) -> Status {
        ASSIGN_OR_RETURN(const Rows rows,
                         tx.Query("number_get", "SELECT value FROM number WHERE id = ?", {id}));
        if (rows.empty()) return absl::OkStatus();
        ASSIGN_OR_RETURN(value, rows[0].Int(0));
        return absl::OkStatus();
      });
  return status.ok() ? value : -1;
}

inline int64_t Count(AdminConnection& admin, const std::string& table) {
  const StatusOr<Rows> rows = admin.Query("SELECT COUNT(*) FROM " + table);
  return rows.ok() && rows->size() == 1 ? (*rows)[0].Int(0).value_or(-1) : -1;
}

}  // namespace tstack::db
