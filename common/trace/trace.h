// W3C trace context and spans. A span is a name and a duration under a trace id that travels with
// the request; ended spans become a histogram and, if sampled, a log line. There is no exporter.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/ids/ids.h"
#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::trace {

// "00-<32 hex>-<16 hex>-<2 hex>".
struct SpanContext {
  std::string trace_id;  // 32 lower-case hex digits, not all zero
  std::string span_id;   // 16 lower-case hex digits, not all zero
  bool sampled = false;
  std::string ToTraceparent() const;
};
// nullopt for anything that the W3C recommendation says to ignore. Later versions parse by their
// first four fields.
std::optional<SpanContext> ParseTraceparent(std::string_view text);

// Thread-safe; lives as long as the process.
class Tracer {
 public:
  struct Options {
    uint32_t sample_one_in = 1000;  // of the traces that start here; 0 = none
    // Histogram tstack_span_duration_seconds{span=…}: names from this closed set, others are
    // "other".
    std::vector<std::string> names;
  };
  Tracer(Options options, IdSource& ids, const Clock& clock, metrics::Registry& registry);

  // Further names of the closed set: a server adds its rpcs.
  void AddNames(std::vector<std::string> names);
  // A fresh root, or a child of `traceparent` if that is valid.
  SpanContext Next(std::string_view traceparent);
  SpanContext Root();
  SpanContext ChildOf(SpanContext parent);
  void End(const RequestContext& request, std::string_view name, const SpanContext& span,
           std::string_view parent_id, absl::Duration duration, const Status& status);
  const Clock& clock() const { return clock_; }

 private:
  const Options options_;
  IdSource& ids_;
  const Clock& clock_;
  metrics::Registry& registry_;
  metrics::Family<metrics::Histogram>& durations_;
};

// One piece of work on a request: while it lasts, the request's traceparent names it, so that hops
// below become its children. A request whose trace is not sampled keeps the traceparent it came
// with: nobody will read its spans, they are only counted and timed.
class RequestSpan {
 public:
  // `tracer` may be null: nothing happens. `request` and `name` outlive the span.
  RequestSpan(Tracer* tracer, RequestContext& request, std::string_view name);
  ~RequestSpan();
  RequestSpan(const RequestSpan&) = delete;
  RequestSpan& operator=(const RequestSpan&) = delete;

  void SetStatus(const Status& status) { status_ = status; }

 private:
  Tracer* const tracer_;
  RequestContext& request_;
  const std::string_view name_;
  SpanContext span_;
  std::string parent_id_;
  absl::Duration started_;
  Status status_;
};

// The same on a copy of a context. Use its context for everything inside.
//   trace::Span span(tracer, ctx, "CreateProject");  DoWork(span.ctx());
class Span {
 public:
  Span(Tracer* tracer, const CallContext& ctx, std::string_view name)
      : ctx_(ctx), name_(name), span_(tracer, ctx_.request, name_) {}
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  const CallContext& ctx() const { return ctx_; }
  void SetStatus(const Status& status) { span_.SetStatus(status); }

 private:
  CallContext ctx_;
  const std::string name_;
  RequestSpan span_;
};

}  // namespace tstack::trace
