#include "common/db/attempt.h"

namespace tstack::db {
namespace {

std::string_view OutcomeOf(Fault fault) {
  if (fault == Fault::kNone) return "ok";
  if (fault == Fault::kConflict) return "conflict";
  return IsTransient(fault) ? "lost" : "error";
}

bool Reads(std::string_view sql) { return sql.starts_with("SELECT") || sql.starts_with("WITH"); }

Status ReadOnly(std::string_view name) {
  return Error(StatusCode::kInternal, "READ_ONLY",
               "statement " + std::string(name) + " is no SELECT");
}

}  // namespace

template <typename Result, typename Call>
Result StatementRunner::Observed(std::string_view name, const Call& call) {
  if (doom_ != Fault::kNone) {
    return Error(StatusCode::kAborted, "DATABASE_CONFLICT",
                 "the transaction is lost already and runs again");
  }
  const StatementObserver& observer = watched_.observer;
  const absl::Duration start = observer ? watched_.clock.Steady() : absl::ZeroDuration();
  Result result = call();
  const Fault fault = connection_.last_fault();
  if (IsTransient(fault)) doom_ = fault;
  if (observer)
    observer({name, watched_.clock.Steady() - start, OutcomeOf(fault), &watched_.request});
  return result;
}

Status StatementRunner::MayRead(std::string_view name, std::string_view sql) {
  if (!Reads(sql)) return ReadOnly(name);
  if (access_ != Access::kOneRead || ++statements_ == 1) return absl::OkStatus();
  return Error(StatusCode::kInternal, "SECOND_STATEMENT",
               "statement " + std::string(name) + " would not see what the first one saw");
}

StatusOr<Rows> StatementRunner::Query(std::string_view name, std::string_view sql,
                                      std::vector<Value> parameters) {
  if (access_ != Access::kReadWrite) RETURN_IF_ERROR(MayRead(name, sql));
  return Observed<StatusOr<Rows>>(name, [&] { return connection_.Query(name, sql, parameters); });
}

StatusOr<int64_t> StatementRunner::Execute(std::string_view name, std::string_view sql,
                                           std::vector<Value> parameters) {
  if (access_ != Access::kReadWrite) return ReadOnly(name);
  return Observed<StatusOr<int64_t>>(name,
                                     [&] { return connection_.Execute(name, sql, parameters); });
}

Status StatementRunner::Control(const std::string& sql) {
  const std::string_view name = sql.starts_with("COMMIT") ? "commit" : "control";
  return Observed<Status>(name, [&] { return connection_.Run(sql); });
}

}  // namespace tstack::db
