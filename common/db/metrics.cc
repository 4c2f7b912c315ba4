#include "common/db/metrics.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace tstack::db {
namespace {

constexpr size_t kMostNames = 500;
constexpr std::array<const char*, 4> kOutcomes = {"ok", "conflict", "lost", "error"};

struct Cells {
  metrics::Histogram* duration = nullptr;
  std::array<metrics::Counter*, kOutcomes.size()> totals{};
};

class Observer {
 public:
  Observer(metrics::Registry& registry, trace::Tracer* tracer)
      : registry_(registry), tracer_(tracer) {}

  void Observe(const StatementEvent& event) {
    const Cells& cells = CellsOf(event.name);
    cells.duration->Observe(absl::ToDoubleSeconds(event.duration));
    for (size_t i = 0; i < kOutcomes.size(); ++i) {
      if (event.outcome == kOutcomes[i]) cells.totals[i]->Add();
    }
    if (tracer_ != nullptr && event.request != nullptr) Trace(event);
  }

 private:
  const Cells& CellsOf(std::string_view name) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = cells_.find(name); found != cells_.end()) return found->second;
    }
    absl::MutexLock lock(&mutex_);
    if (cells_.size() >= kMostNames) name = "other";
    const auto [entry, added] = cells_.try_emplace(std::string(name));
    if (added) entry->second = MakeCells(entry->first);
    return entry->second;
  }

  Cells MakeCells(const std::string& name) {
    const metrics::Label statement{"statement", {name}};
    auto& durations = registry_.Histograms("tstack_db_statement_duration_seconds",
                                           "Time of a statement.", {statement});
    auto& totals =
        registry_.Counters("tstack_db_statement_total", "Statements by what became of them.",
                           {statement, {"outcome", {kOutcomes.begin(), kOutcomes.end()}}});
    if (tracer_ != nullptr) tracer_->AddNames({"sql " + name});
    Cells cells{.duration = &durations.With({name})};
    for (size_t i = 0; i < kOutcomes.size(); ++i)
      cells.totals[i] = &totals.With({name, kOutcomes[i]});
    return cells;
  }

  // What is not sampled is in the histogram already.
  void Trace(const StatementEvent& event) {
    const auto parent = trace::ParseTraceparent(event.request->traceparent);
    if (!parent.has_value() || !parent->sampled) return;
    const trace::SpanContext span = tracer_->Next(event.request->traceparent);
    const Status status = event.outcome == "ok"
                              ? absl::OkStatus()
                              : Error(StatusCode::kUnknown, "SQL_OUTCOME", event.outcome);
    tracer_->End(*event.request, "sql " + std::string(event.name), span, parent->span_id,
                 event.duration, status);
  }

  metrics::Registry& registry_;
  trace::Tracer* const tracer_;
  absl::Mutex mutex_;
  std::map<std::string, Cells, std::less<>> cells_ ABSL_GUARDED_BY(mutex_);  // never moved
};

}  // namespace

StatementObserver ObserveInto(metrics::Registry& registry, trace::Tracer* tracer) {
  return [observer = std::make_shared<Observer>(registry, tracer)](const StatementEvent& event) {
    observer->Observe(event);
  };
}

}  // namespace tstack::db
