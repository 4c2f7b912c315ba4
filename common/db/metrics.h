// Statements as metrics and spans.
#pragma once

#include "common/db/connect.h"
#include "common/metrics/metrics.h"
#include "common/trace/trace.h"

namespace tstack::db {

// An observer for Options that fills tstack_db_statement_duration_seconds{statement} and
// tstack_db_statement_total{statement,outcome}; outcome is ok, conflict, lost or error. Labels are
// the names that the code gives its statements, the first 500 of them: a closed set, whoever wrote
// them. With `tracer` each statement of a sampled trace is a span "sql <name>" as well. `registry`
// and `tracer` must outlive the observer.
StatementObserver ObserveInto(metrics::Registry& registry, trace::Tracer* tracer = nullptr);

}  // namespace tstack::db
