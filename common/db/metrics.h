// Statements as metrics.
#pragma once

#include <string>
#include <vector>

#include "common/db/connect.h"
#include "common/metrics/metrics.h"

namespace tstack::db {

// An observer for Options that fills tstack_db_statement_duration_seconds{statement} and
// tstack_db_statement_total{statement,outcome}; outcome is ok, conflict, lost or error.
// `statements`: the names of the service's statements; others, and those of common libraries that
// are not named, count as "other".
StatementObserver ObserveInto(metrics::Registry& registry, std::vector<std::string> statements);

}  // namespace tstack::db
