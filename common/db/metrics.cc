#include "common/db/metrics.h"

#include <utility>

namespace tstack::db {

StatementObserver ObserveInto(metrics::Registry& registry, std::vector<std::string> statements) {
  for (const char* own : {"txn_insert", "txn_result", "commit"}) statements.emplace_back(own);
  const metrics::Label statement{"statement", std::move(statements)};
  auto& durations = registry.Histograms("tstack_db_statement_duration_seconds",
                                        "Time of a statement.", {statement});
  auto& totals =
      registry.Counters("tstack_db_statement_total", "Statements by what became of them.",
                        {statement, {"outcome", {"ok", "conflict", "lost", "error"}}});
  return [&durations, &totals](const StatementEvent& event) {
    durations.With({event.name}).Observe(absl::ToDoubleSeconds(event.duration));
    totals.With({event.name, event.outcome}).Add();
  };
}

}  // namespace tstack::db
