#include "common/contract/json_patch.h"

#include <string>

#include "absl/strings/str_join.h"
#include <catch2/catch.hpp>

#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using fixture::OpenStrings;

struct Fixture {
  PlanSet plans;
  PatchStyle style = PatchStyle::kPointer;
  PatchResult result;

  template <typename T>
  Status Read(const std::string& json, T* out) {
    const MessagePlan* plan = plans.Add(T::descriptor());
    ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json));
    ASSIGN_OR_RETURN(result, ReadPatch(document.root(), style, *plan, {}, out));
    return absl::OkStatus();
  }
  OpenStrings Good(const std::string& json) {
    OpenStrings out;
    const Status status = Read(json, &out);
    CAPTURE(json, status.ToString());
    REQUIRE(status.ok());
    return out;
  }
  template <typename T = OpenStrings>
  void Bad(const std::string& json, const std::string& reason, const std::string& field = "") {
    T out;
    const Status status = Read(json, &out);
    CAPTURE(json, status.ToString());
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(ReasonOf(status) == reason);
    CHECK(DetailOf(status).field() == field);
  }
  std::string Mask() const { return absl::StrJoin(result.mask.paths(), ","); }
  std::string Removed() const { return absl::StrJoin(result.removed, ","); }
};

TEST_CASE_METHOD(Fixture, "a patch becomes values, mask and removals", "[unit][contract][patch]") {
  const OpenStrings out = Good(
      R"([{"op":"replace","path":"/min_ram","value":5},{"op":"add","path":"/k","value":"v"},
          {"op":"remove","path":"/foo"},{"op":"remove","path":"/checksum"}])");
  CHECK(out.min_ram() == 5);
  CHECK(out.extra().at("k") == "v");
  CHECK(Mask() == "min_ram,extra,checksum");
  CHECK(Removed() == "foo,checksum");
  REQUIRE(result.operations.operations_size() == 4);
  CHECK(result.operations.operations(0).op() == api::PatchOperation::REPLACE);
  CHECK(result.operations.operations(0).value().number_value() == 5);
  CHECK(result.operations.operations(1).op() == api::PatchOperation::ADD);
  CHECK(result.operations.operations(2).path(0) == "foo");
  CHECK_FALSE(result.operations.operations(2).has_value());
}

TEST_CASE_METHOD(Fixture, "the last operation on a property wins", "[unit][contract][patch]") {
  OpenStrings out = Good(
      R"([{"op":"add","path":"/k","value":"1"},{"op":"remove","path":"/k"},{"op":"add","path":"/k","value":"2"},
          {"op":"add","path":"/tags","value":["a"]},{"op":"replace","path":"/tags","value":["b"]}])");
  CHECK(out.extra().at("k") == "2");
  CHECK(out.extra_size() == 1);
  CHECK(absl::StrJoin(out.tags(), ",") == "b");
  CHECK(Removed().empty());
  CHECK(Mask() == "extra,tags");
  out = Good(R"([{"op":"add","path":"/k","value":"1"},{"op":"remove","path":"/k"}])");
  CHECK(out.extra().empty());
  CHECK(Removed() == "k");
}

TEST_CASE_METHOD(Fixture, "pointers are unescaped", "[unit][contract][patch]") {
  const OpenStrings out = Good(R"([{"op":"add","path":"/a~1b~0c~01","value":"v"}])");
  CHECK(out.extra().at("a/b~c~1") == "v");
}

TEST_CASE_METHOD(Fixture, "malformed patches are refused", "[unit][contract][patch]") {
  for (const char* patch : {"{}",
                            "5",
                            "[5]",
                            "[{}]",
                            R"([{"op":"replace","path":"/a"}])",
                            R"([{"op":"remove"}])",
                            R"([{"op":"remove","path":5}])",
                            R"([{"op":"remove","path":""}])",
                            R"([{"op":"remove","path":"a"}])",
                            R"([{"op":"remove","path":"/"}])",
                            R"([{"op":"remove","path":"/a/"}])",
                            R"([{"op":"remove","path":"/a//b"}])",
                            R"([{"op":"remove","path":"/a~2"}])",
                            R"([{"op":"remove","path":"/a~"}])",
                            R"([{"op":"move","from":"/a","path":"/b"}])",
                            R"([{"op":"test","path":"/a","value":1}])",
                            R"([{"op":5,"path":"/a"}])",
                            R"([{"path":"/a","value":1}])",
                            R"([{"op":"add","path":"/a/b","value":1}])",
                            R"([{"op":"add","path":"/id/b","value":1}])",
                            R"([{"op":"add","path":"/a","value":9007199254740993}])"}) {
    CAPTURE(patch);
    Bad(patch, "INVALID_PATCH");
  }
}

TEST_CASE_METHOD(Fixture, "patches are bounded", "[unit][contract][patch]") {
  std::string patch = "[";
  for (int i = 0; i < 1001; ++i) {
    patch += (i == 0 ? "" : ",") + std::string(R"({"op":"remove","path":"/a"})");
  }
  Bad(patch + "]", "INVALID_PATCH");
}

TEST_CASE_METHOD(Fixture, "values are judged as in any body", "[unit][contract][patch]") {
  Bad(R"([{"op":"replace","path":"/min_ram","value":"x"}])", "INVALID_FIELD", "min_ram");
  Bad(R"([{"op":"add","path":"/k","value":5}])", "INVALID_FIELD", "k");
  Bad(R"([{"op":"replace","path":"/status","value":"x"}])", "READ_ONLY_FIELD", "status");
  Bad(R"([{"op":"remove","path":"/status"}])", "READ_ONLY_FIELD", "status");
  Bad<fixture::Create>(R"([{"op":"add","path":"/nope","value":1}])", "UNKNOWN_FIELD", "nope");
  Bad<fixture::Create>(R"([{"op":"remove","path":"/nope"}])", "UNKNOWN_FIELD", "nope");
  CHECK_FALSE(Good(R"([{"op":"replace","path":"/checksum","value":null}])").has_checksum());
  CHECK(Mask() == "checksum");
}

TEST_CASE_METHOD(Fixture, "deep pointers into lists are passed on", "[unit][contract][patch]") {
  Good(
      R"([{"op":"add","path":"/locations/-","value":{"url":"u"}},{"op":"remove","path":"/locations/1"}])");
  CHECK(Mask() == "locations");
  CHECK(Removed().empty());
  REQUIRE(result.operations.operations_size() == 2);
  CHECK(absl::StrJoin(result.operations.operations(0).path(), "|") == "locations|-");
}

TEST_CASE_METHOD(Fixture, "the older spelling means the same", "[unit][contract][patch]") {
  style = PatchStyle::kLegacy;
  const OpenStrings out = Good(R"([{"replace":"/min_ram","value":5},{"remove":"/foo"}])");
  CHECK(out.min_ram() == 5);
  CHECK(Removed() == "foo");
  Bad(R"([{"op":"replace","path":"/a","value":1}])", "INVALID_PATCH");
  Bad(R"([{"replace":"/a","add":"/b","value":1}])", "INVALID_PATCH");
}

}  // namespace
}  // namespace tstack::contract
