// Reads of one statement: from a SELECT to messages.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity {

// One SELECT outside any transaction. Errors as of db::Database::Read.
StatusOr<db::Rows> Select(const CallContext& ctx, db::Database& database, std::string_view name,
                          std::string_view sql, const std::vector<db::Value>& parameters);

// A page of a list: `select` ends where the conditions begin ("… WHERE "), `order` is a list of
// columns.
StatusOr<db::Rows> SelectPage(const CallContext& ctx, db::Database& database, std::string_view name,
                              std::string_view select, const Conditions& conditions,
                              std::string_view order, int limit);

// What `read`, a StatusOr<T>(const db::Row&), makes of a row.
template <typename Read>
using ReadFrom = typename std::invoke_result_t<Read, const db::Row&>::value_type;

// Every row; the first error ends it.
template <typename Read>
StatusOr<std::vector<ReadFrom<Read>>> AllOf(StatusOr<db::Rows> rows, const Read& read) {
  if (!rows.ok()) return std::move(rows).status();
  std::vector<ReadFrom<Read>> items;
  items.reserve(rows->size());
  for (const db::Row& row : *rows) {
    ASSIGN_OR_RETURN(items.emplace_back(), read(row));
  }
  return items;
}

// The first row, or kNotFound about `type` and `id`.
template <typename Read>
StatusOr<ReadFrom<Read>> OneOf(StatusOr<db::Rows> rows, std::string_view type, std::string_view id,
                               const Read& read) {
  ASSIGN_OR_RETURN(const db::Row row, OneRow(std::move(rows), type, id));
  return read(row);
}

}  // namespace tstack::identity
