#include "common/contract/plan.h"

#include <string>

#include "google/protobuf/dynamic_message.h"
#include <catch2/catch.hpp>

#include "testdata/bad_fixture.pb.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using google::protobuf::Descriptor;

constexpr char kPackage[] = "tstack.contract.fixture.";

std::string MistakesOf(const std::string& message) {
  const Descriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(kPackage + message);
  REQUIRE(descriptor != nullptr);
  PlanSet plans;
  plans.Add(descriptor);
  const Status status = plans.status();
  if (status.ok()) return "";
  CHECK(status.code() == StatusCode::kFailedPrecondition);
  CHECK(ReasonOf(status) == "CONTRACT_CONTRADICTION");
  return std::string(status.message());
}

TEST_CASE("a contract that makes sense compiles", "[unit][contract][plan]") {
  for (const char* name : {"Server", "Limits", "Create", "OpenStrings", "OpenValues", "OpenStruct",
                           "Tolerant", "ListRequest", "PostRequest"}) {
    CAPTURE(name);
    CHECK(MistakesOf(name) == "");
  }
}

TEST_CASE("every contradiction is refused and says where it is", "[unit][contract][plan]") {
  const auto [name, text] = GENERATE(table<const char*, const char*>({
      {"TwoNames", "a and b are both \"x\" in some version"},
      {"TwoSpreads", "more than one spread"},
      {"SpreadOfString", "spread is for"},
      {"NamedSpread", "a spread field has no name"},
      {"SpreadAndIgnore", "both ignored and spread"},
      {"BadPattern", "bad pattern \"(\""},
      {"PatternOnInt", "pattern is for strings"},
      {"OneOfOnInt", "one_of is for strings"},
      {"LengthOnBool", "max_length are for strings"},
      {"MinOnString", "min and max are for numbers"},
      {"MinAboveMax", "max is below min"},
      {"LengthsCrossed", "max_length is below min_length"},
      {"ItemsOnString", "for lists and maps"},
      {"ItemsCrossed", "max_items is below min_items"},
      {"UniqueOnMap", "unique_items is for lists"},
      {"KeyLengthOnString", "are for maps"},
      {"TimeFormatOnString", "TIMESTAMP_Z does not fit"},
      {"UuidOnTime", "UUID does not fit"},
      {"MacOnInt", "MAC is for strings"},
      {"ReadAndWriteOnly", "both read_only and write_only"},
      {"ReadOnlyRequired", "both read_only and required"},
      {"LenientString", "lenient is for"},
      {"StringAsString", "as_string is for"},
      {"ZeroTime", "no zero value"},
      {"FilterOnString", "filter is for"},
      {"SuffixedString", "suffixed is for"},
      {"FilterMap", "must be suffixed"},
      {"OneSortKey", "sort keys are repeated"},
      {"IntKeys", "keys of a map must be strings"},
      {"AnyInside", "no JSON form"},
      {"DurationInside", "no JSON form"},
      {"BadVersion", "\"two\" is no version"},
      {"VersionsCrossed", "until is before since"},
      {"BadLink", "{nope} is no scalar field"},
      {"NoRel", "a link has no rel"},
      {"OpenBrace", "unclosed {"},
      {"PropertiesCrossed", "max_properties is below"},
      {"TwinEnum", "two values have the wire name \"x\""},
      {"Nested", "bad pattern"},
  }));
  CAPTURE(name);
  const std::string mistakes = MistakesOf(name);
  CHECK_THAT(mistakes, Catch::Contains(text));
  CHECK_THAT(mistakes, Catch::StartsWith("tstack.contract.fixture.") ||
                           Catch::StartsWith("google.protobuf."));
}

TEST_CASE("all mistakes are listed at once", "[unit][contract][plan]") {
  const std::string mistakes = MistakesOf("SeveralMistakes");
  CHECK_THAT(mistakes, Catch::Contains("SeveralMistakes.a: pattern is for strings"));
  CHECK_THAT(mistakes, Catch::Contains("\n"));
  CHECK_THAT(mistakes, Catch::Contains("SeveralMistakes.b: min and max"));
}

TEST_CASE("a wire name means another field in another version", "[unit][contract][plan]") {
  PlanSet plans;
  const MessagePlan* server = plans.Add(fixture::Server::descriptor());
  REQUIRE(plans.status().ok());
  CHECK(server->Find("flavor", {2, 1})->field->name() == "flavor_id");
  CHECK(server->Find("flavor", {2, 46})->field->name() == "flavor_id");
  CHECK(server->Find("flavor", {2, 47})->field->name() == "flavor");
  CHECK(server->Find("tags", {2, 25}) == nullptr);
  CHECK(server->Find("tags", {2, 26}) != nullptr);
  CHECK(server->Find("tags", {}) == nullptr);
  CHECK(server->Declares("tags"));
  CHECK_FALSE(server->Declares("nope"));
  CHECK(server->Find("flavor_id", {2, 1}) == nullptr);
  CHECK(server->FindByProtoName("flavor_id") != nullptr);
  CHECK(server->FindByProtoName("nope") == nullptr);
}

TEST_CASE("internal fields are not found by name", "[unit][contract][plan]") {
  PlanSet plans;
  const MessagePlan* server = plans.Add(fixture::Server::descriptor());
  CHECK(server->Find("host", {2, 90}) == nullptr);
}

TEST_CASE("a recursive message is compiled once", "[unit][contract][plan]") {
  PlanSet plans;
  const MessagePlan* server = plans.Add(fixture::Server::descriptor());
  CHECK(plans.Add(fixture::Server::descriptor()) == server);
  CHECK(server->FindByProtoName("parent")->nested == server);
  CHECK(plans.Find(fixture::Flavor::descriptor()) == server->FindByProtoName("flavor")->nested);
  CHECK(plans.Find(fixture::Create::descriptor()) == nullptr);
}

TEST_CASE("options of a dynamic descriptor are understood", "[unit][contract][plan]") {
  // Round trip through bytes and another pool: extensions arrive as the pool has them.
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  google::protobuf::FileDescriptorProto file;
  file.set_name("dynamic.proto");
  file.set_package("dynamic");
  file.set_syntax("proto3");
  file.add_dependency("tstack/api/annotations.proto");
  auto* message = file.add_message_type();
  message->set_name("Thing");
  auto* field = message->add_field();
  field->set_name("state");
  field->set_number(1);
  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
  field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  field->mutable_options()->MutableExtension(api::field)->set_name("OS:state");
  const auto* built = pool.BuildFile(file);
  REQUIRE(built != nullptr);
  PlanSet plans;
  CHECK(plans.Add(built->message_type(0))->Find("OS:state", {}) != nullptr);
}

}  // namespace
}  // namespace tstack::contract
