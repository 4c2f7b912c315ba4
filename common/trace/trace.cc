#include "common/trace/trace.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "common/log/log.h"

namespace tstack::trace {
namespace {

constexpr size_t kTraceIdBytes = 16;
constexpr size_t kSpanIdBytes = 8;
constexpr size_t kVersion0Size = 55;

bool IsLowerHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

std::string RandomHex(IdSource& ids, size_t bytes) {
  std::string random = ids.RandomBytes(bytes);
  if (random.find_first_not_of('\0') == std::string::npos)
    random.back() = 1;  // all zero means "none"
  return absl::BytesToHexString(random);
}

bool HasSeparators(std::string_view text) {
  return text[2] == '-' && text[35] == '-' && text[52] == '-' &&
         (text.size() == kVersion0Size || text[kVersion0Size] == '-');
}

metrics::Family<metrics::Histogram>& Durations(metrics::Registry& registry,
                                               std::vector<std::string> names) {
  return registry.Histograms("tstack_span_duration_seconds", "Durations of spans by name.",
                             {{"span", std::move(names)}});
}

}  // namespace

std::string SpanContext::ToTraceparent() const {
  return absl::StrCat("00-", trace_id, "-", span_id, sampled ? "-01" : "-00");
}

std::optional<SpanContext> ParseTraceparent(std::string_view text) {
  if (text.size() < kVersion0Size || !HasSeparators(text)) return std::nullopt;
  const std::string_view version = text.substr(0, 2);
  const std::string_view trace_id = text.substr(3, 32);
  const std::string_view span_id = text.substr(36, 16);
  const std::string_view flags = text.substr(53, 2);
  if (!IsLowerHex(version) || !IsLowerHex(trace_id) || !IsLowerHex(span_id) || !IsLowerHex(flags)) {
    return std::nullopt;
  }
  if (version == "ff" || (version == "00" && text.size() != kVersion0Size)) return std::nullopt;
  if (IsZero(trace_id) || IsZero(span_id)) return std::nullopt;
  const char last = flags[1];
  const int nibble = last <= '9' ? last - '0' : last - 'a' + 10;
  return SpanContext{std::string(trace_id), std::string(span_id), (nibble & 1) != 0};
}

Tracer::Tracer(Options options, IdSource& ids, const Clock& clock, metrics::Registry& registry)
    : options_(std::move(options)),
      ids_(ids),
      clock_(clock),
      registry_(registry),
      durations_(Durations(registry, options_.names)) {}

void Tracer::AddNames(std::vector<std::string> names) { Durations(registry_, std::move(names)); }

SpanContext Tracer::Next(std::string_view traceparent) {
  auto parent = ParseTraceparent(traceparent);
  return parent ? ChildOf(*std::move(parent)) : Root();
}

SpanContext Tracer::Root() {
  const bool sampled = options_.sample_one_in > 0 && ids_.Uniform(options_.sample_one_in) == 0;
  return {RandomHex(ids_, kTraceIdBytes), RandomHex(ids_, kSpanIdBytes), sampled};
}

SpanContext Tracer::ChildOf(SpanContext parent) {
  parent.span_id = RandomHex(ids_, kSpanIdBytes);
  return parent;
}

void Tracer::End(const RequestContext& request, std::string_view name, const SpanContext& span,
                 std::string_view parent_id, absl::Duration duration, const Status& status) {
  durations_.With({name}).Observe(absl::ToDoubleSeconds(duration));
  if (!span.sampled) return;
  log::Fields fields = {{"span", name}, {"span_id", span.span_id}, {"duration_s", duration}};
  if (!parent_id.empty()) fields.push_back({"parent_span_id", parent_id});
  if (!status.ok()) fields.push_back({"error", status});
  log::Info(request, "span", fields);
}

RequestSpan::RequestSpan(Tracer* tracer, RequestContext& request, std::string_view name)
    : tracer_(tracer), request_(request), name_(name) {
  if (tracer_ == nullptr) return;
  started_ = tracer_->clock().Steady();
  auto parent = ParseTraceparent(request.traceparent);
  if (parent && !parent->sampled) return;
  if (parent) parent_id_ = parent->span_id;
  span_ = parent ? tracer_->ChildOf(*std::move(parent)) : tracer_->Root();
  request.traceparent = span_.ToTraceparent();
}

RequestSpan::~RequestSpan() {
  if (tracer_ == nullptr) return;
  tracer_->End(request_, name_, span_, parent_id_, tracer_->clock().Steady() - started_, status_);
}

}  // namespace tstack::trace
