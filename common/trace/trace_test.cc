#include "common/trace/trace.h"

#include <catch2/catch.hpp>

#include "common/ids/fake_ids.h"
#include "common/log/capture.h"
#include "common/time/fake_clock.h"

namespace tstack::trace {
namespace {

constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct Fixture {
  FakeIds ids;
  FakeClock clock;
  metrics::Registry registry;
  Tracer tracer{{.sample_one_in = 0, .names = {"work"}}, ids, clock, registry};
};

}  // namespace

TEST_CASE("a traceparent survives parsing and writing", "[unit][trace]") {
  auto span = ParseTraceparent(kParent);
  REQUIRE(span);
  CHECK(span->trace_id == "0af7651916cd43dd8448eb211c80319c");
  CHECK(span->span_id == "b7ad6b7169203331");
  CHECK(span->sampled);
  CHECK(span->ToTraceparent() == kParent);
}

TEST_CASE("what the recommendation calls invalid is no traceparent", "[unit][trace]") {
  CHECK_FALSE(ParseTraceparent(""));
  CHECK_FALSE(ParseTraceparent("00-00000000000000000000000000000000-b7ad6b7169203331-01"));
  CHECK_FALSE(ParseTraceparent("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"));
  CHECK_FALSE(ParseTraceparent("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  CHECK_FALSE(ParseTraceparent("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  CHECK_FALSE(ParseTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"));
  CHECK(ParseTraceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"));
}

TEST_CASE_METHOD(Fixture, "a span is a child of its context's span and measures its time",
                 "[unit][trace]") {
  log::Capture capture;
  CallContext ctx;
  ctx.request.traceparent = kParent;
  {
    Span span(&tracer, ctx, "work");
    auto inside = ParseTraceparent(span.ctx().request.traceparent);
    REQUIRE(inside);
    CHECK(inside->trace_id == "0af7651916cd43dd8448eb211c80319c");
    CHECK(inside->span_id != "b7ad6b7169203331");
    clock.Advance(absl::Seconds(2));
    span.SetStatus(Error(StatusCode::kNotFound, "NO_WORK", "none"));
  }
  CHECK(capture.Count("\"event\":\"span\"") == 1);
  CHECK(capture.Count("\"parent_span_id\":\"b7ad6b7169203331\"") == 1);
  CHECK(capture.Count("\"duration_s\":2") == 1);
  CHECK(capture.Count("NO_WORK") == 1);
  CHECK(registry.Text().find("tstack_span_duration_seconds_sum{span=\"work\"} 2") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "an unsampled span is counted and not logged", "[unit][trace]") {
  log::Capture capture;
  {
    Span span(&tracer, CallContext(), "work");
  }
  CHECK(capture.Lines().empty());
  CHECK(registry.Text().find("tstack_span_duration_seconds_count{span=\"work\"} 1") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "new traces are sampled at the given rate", "[unit][trace]") {
  Tracer always({.sample_one_in = 1, .names = {}}, ids, clock, registry);
  CHECK(always.Next("").sampled);
  CHECK_FALSE(tracer.Next("").sampled);
  CHECK(tracer.Next(kParent).sampled);  // decided where the trace began
}

TEST_CASE("without a tracer the context passes unchanged", "[unit][trace]") {
  CallContext ctx;
  ctx.request.traceparent = "anything";
  Span span(nullptr, ctx, "work");
  CHECK(span.ctx().request.traceparent == "anything");
}

}  // namespace tstack::trace
