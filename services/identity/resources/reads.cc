#include "services/identity/resources/reads.h"

namespace tstack::identity {

StatusOr<db::Rows> Select(const CallContext& ctx, db::Database& database, std::string_view name,
                          std::string_view sql, const std::vector<db::Value>& parameters) {
  return database.ReadOne(ctx, db::Freshness::kLocal, name, sql, parameters);
}

StatusOr<db::Rows> SelectPage(const CallContext& ctx, db::Database& database, std::string_view name,
                              std::string_view select, const Conditions& conditions,
                              std::string_view order, int limit) {
  std::string sql(select);
  sql.append(conditions.sql()).append(" ORDER BY ").append(order).append(" LIMIT ?");
  std::vector<db::Value> parameters = conditions.parameters();
  parameters.emplace_back(int64_t{limit});
  return Select(ctx, database, name, sql, parameters);
}

}  // namespace tstack::identity
