#include "common/contract/json_reader.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "google/protobuf/dynamic_message.h"
#include <catch2/catch.hpp>

#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using fixture::Create;
using google::protobuf::FieldMask;
using google::protobuf::Message;

struct Fixture {
  PlanSet plans;
  ReadOptions options{.version = {2, 50}};
  FieldMask mask;

  template <typename T>
  Status Read(const std::string& json, T* out) {
    const MessagePlan* plan = plans.Add(T::descriptor());
    REQUIRE(plans.status().ok());
    ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json));
    return ReadMessage(document.root(), *plan, options, out, &mask);
  }
  Create Good(const std::string& json) {
    Create out;
    const Status status = Read(json, &out);
    CAPTURE(json, status.ToString());
    REQUIRE(status.ok());
    return out;
  }
  template <typename T = Create>
  void Bad(const std::string& json, const std::string& reason, const std::string& field,
           const std::string& text = "") {
    T out;
    const Status status = Read(json, &out);
    CAPTURE(json, status.ToString());
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(ReasonOf(status) == reason);
    CHECK(DetailOf(status).field() == field);
    CHECK_THAT(std::string(status.message()), Catch::Contains(text));
  }
  std::string MaskText() const { return absl::StrJoin(mask.paths(), ","); }
};

TEST_CASE_METHOD(Fixture, "scalars are read by their type", "[unit][contract][reader]") {
  const Create out = Good(
      R"({"name":"é","enabled":true,"count":-3,"ratio":1.5,"port":4294967295,"bytes_max":18446744073709551615,
          "bytes_min":-9223372036854775808,"weight":0.5,"status":"active!","user_data":"aGk=","mask":"a,b.c"})");
  CHECK(out.name() == "é");
  CHECK(out.enabled());
  CHECK(out.count() == -3);
  CHECK(out.ratio() == 1.5);
  CHECK(out.port() == 4294967295u);
  CHECK(out.bytes_max() == 18446744073709551615ull);
  CHECK(out.bytes_min() == std::numeric_limits<int64_t>::min());
  CHECK(out.weight() == 0.5f);
  CHECK(out.status() == fixture::ACTIVE);
  CHECK(out.user_data() == "hi");
  CHECK(absl::StrJoin(out.mask().paths(), "|") == "a|b.c");
}

TEST_CASE_METHOD(Fixture, "wrong types are refused with their path", "[unit][contract][reader]") {
  Bad(R"({"name":1})", "INVALID_FIELD", "name", "1 is not of type string");
  Bad(R"({"name":"x","strict":"true"})", "INVALID_FIELD", "strict", "not of type boolean");
  Bad(R"({"name":"x","strict":1})", "INVALID_FIELD", "strict");
  Bad(R"({"name":"x","port":"1"})", "INVALID_FIELD", "port", "not of type integer");
  Bad(R"({"name":"x","port":1.0})", "INVALID_FIELD", "port", "not of type integer");
  Bad(R"({"name":"x","port":true})", "INVALID_FIELD", "port");
  Bad(R"({"name":"x","weight":"1"})", "INVALID_FIELD", "weight", "not of type number");
  Bad(R"({"name":"x","networks":{}})", "INVALID_FIELD", "networks", "not of type array");
  Bad(R"({"name":"x","metadata":[]})", "INVALID_FIELD", "metadata", "not of type object");
  Bad(R"({"name":"x","metadata":{"k":1}})", "INVALID_FIELD", "metadata.k");
  Bad(R"({"name":"x","options":[]})", "INVALID_FIELD", "options", "not of type object");
  Bad(R"({"name":"x","properties":[]})", "INVALID_FIELD", "properties");
  Bad(R"({"name":"x","list":{}})", "INVALID_FIELD", "list");
  Bad(R"({"name":"x","stop":{"a":1}})", "INVALID_FIELD", "stop");
  Bad(R"({"name":"x","stop":[]})", "INVALID_FIELD", "stop");
  Bad(R"({"name":"x","user_data":"%%"})", "INVALID_FIELD", "user_data", "base64");
  Bad(R"({"name":"x","status":"nope"})", "INVALID_FIELD", "status", "BUILD, active!");
  Bad(R"({"name":"x","expires_at":"soon"})", "INVALID_FIELD", "expires_at", "time");
  Bad(R"({"name":"x\u0000"})", "INVALID_FIELD", "name", "NUL");
  Bad("[]", "INVALID_FIELD", "", "not of type object");
}

TEST_CASE_METHOD(Fixture, "integers stay in the range of their type", "[unit][contract][reader]") {
  Bad(R"({"name":"x","count":2147483648})", "INVALID_FIELD", "count", "out of range");
  Bad(R"({"name":"x","count":-2147483649})", "INVALID_FIELD", "count", "out of range");
  Bad(R"({"name":"x","port":4294967296})", "INVALID_FIELD", "port", "out of range");
  Bad(R"({"name":"x","port":-1})", "INVALID_FIELD", "port", "negative");
  Bad(R"({"name":"x","bytes_min":9223372036854775808})", "INVALID_FIELD", "bytes_min",
      "out of range");
  Bad(R"({"name":"x","bytes_max":-1})", "INVALID_FIELD", "bytes_max", "negative");
}

TEST_CASE_METHOD(Fixture, "lenient booleans have nova's spellings", "[unit][contract][reader]") {
  for (const char* yes : {"\"True\"", "\"TRUE\"", "\"true\"", "\"1\"", "\"ON\"", "\"On\"", "\"on\"",
                          "\"YES\"", "\"Yes\"", "\"yes\"", "\"y\"", "\"t\"", "true", "1"}) {
    CHECK(Good("{\"name\":\"x\",\"enabled\":" + std::string(yes) + "}").enabled());
  }
  for (const char* no : {"\"False\"", "\"FALSE\"", "\"false\"", "\"0\"", "\"OFF\"", "\"Off\"",
                         "\"off\"", "\"NO\"", "\"No\"", "\"no\"", "\"n\"", "\"f\"", "false", "0"}) {
    CHECK_FALSE(Good("{\"name\":\"x\",\"enabled\":" + std::string(no) + "}").enabled());
  }
  for (const char* bad :
       {"\"tRUE\"", "\"Y\"", "\"\"", "\" true\"", "2", "-1", "1.0", "\"bar\"", "[]"}) {
    Bad("{\"name\":\"x\",\"enabled\":" + std::string(bad) + "}", "INVALID_FIELD", "enabled");
  }
}

TEST_CASE_METHOD(Fixture, "lenient numbers may be digit strings", "[unit][contract][reader]") {
  CHECK(Good(R"({"name":"x","count":"42"})").count() == 42);
  CHECK(Good(R"({"name":"x","count":"-1"})").count() == -1);
  CHECK(Good(R"({"name":"x","ratio":"2.5"})").ratio() == 2.5);
  for (const char* bad : {"\"\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"1.0\"", "\"0x1\"", "\"1e3\"",
                          "\"99999999999\"", "1.5"}) {
    Bad("{\"name\":\"x\",\"count\":" + std::string(bad) + "}", "INVALID_FIELD", "count");
  }
  Bad(R"({"name":"x","ratio":"inf"})", "INVALID_FIELD", "ratio");
}

TEST_CASE_METHOD(Fixture, "limits are judged in characters", "[unit][contract][validation]") {
  fixture::Limits out;
  CHECK(Read(R"({"name":"éééé","size":10,"mode":"rw","pattern":"abc","ratio":2,"ip":"::1"})", &out)
            .ok());
  Bad<fixture::Limits>(R"({"name":"ééééé"})", "INVALID_FIELD", "name", "exceed 4 characters");
  Bad<fixture::Limits>(R"({"name":"x"})", "INVALID_FIELD", "name", "too short");
  Bad<fixture::Limits>(R"({"name":" ab"})", "INVALID_FIELD", "name", "NAME");
  Bad<fixture::Limits>(R"({"size":0})", "INVALID_FIELD", "size", "minimum of 1");
  Bad<fixture::Limits>(R"({"size":11})", "INVALID_FIELD", "size", "exceeds the maximum of 10");
  Bad<fixture::Limits>(R"({"mode":"no"})", "INVALID_FIELD", "mode", "one of ro, rw");
  Bad<fixture::Limits>(R"({"pattern":"abc1"})", "INVALID_FIELD", "pattern", "[a-z]+");
  Bad<fixture::Limits>(R"({"pattern":"abc\n"})", "INVALID_FIELD", "pattern");
  Bad<fixture::Limits>(R"({"ratio":2.5})", "INVALID_FIELD", "ratio", "maximum of 2");
  Bad<fixture::Limits>(R"({"ratio":-1})", "INVALID_FIELD", "ratio", "minimum of 0");
  Bad<fixture::Limits>(R"({"ip":"1.2.3"})", "INVALID_FIELD", "ip", "valid IP");
  Bad<fixture::Limits>(R"({"tags":[]})", "INVALID_FIELD", "tags", "too short");
  Bad<fixture::Limits>(R"({"tags":["a","b","c"]})", "INVALID_FIELD", "tags", "exceed 2");
  Bad<fixture::Limits>(R"({"tags":["a","a"]})", "INVALID_FIELD", "tags[1]", "not unique");
  Bad<fixture::Limits>(R"({"tags":["a","abcd"]})", "INVALID_FIELD", "tags[1]", "exceed 3");
  Bad<fixture::Limits>(R"({"metadata":{"a":"1","b":"2","c":"3"}})", "INVALID_FIELD", "metadata",
                       "exceed 2");
  Bad<fixture::Limits>(R"({"metadata":{"abcd":"1"}})", "INVALID_FIELD", "metadata", "a key");
  Bad<fixture::Limits>(R"({"metadata":{"A":"1"}})", "INVALID_FIELD", "metadata", "[a-z]+");
  Bad<fixture::Limits>(R"({"metadata":{"a":"12345"}})", "INVALID_FIELD", "metadata.a", "exceed 4");
  Bad<fixture::Limits>("{}", "INVALID_FIELD", "", "too few properties");
  Bad<fixture::Limits>(R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1})", "INVALID_FIELD", "",
                       "too many properties");
}

TEST_CASE_METHOD(Fixture, "unknown keys are refused by name", "[unit][contract][reader]") {
  Bad(R"({"name":"x","nope":1})", "UNKNOWN_FIELD", "nope",
      "additional properties are not allowed: \"nope\"");
  Bad(R"({"name":"x","options":{"inner":{"bad":1}}})", "UNKNOWN_FIELD", "options.inner.bad");
  Bad(R"({"name":"x","networks":[{"uuid":"0f411f61-16e0-4dd7-9222-6f2e32c150ce"},{"x":1}]})",
      "UNKNOWN_FIELD", "networks[1].x");
  Bad(R"({"name":"x","secret_host":"h"})", "UNKNOWN_FIELD", "secret_host");
  Bad(R"({"name":"x","user_id":"u"})", "UNKNOWN_FIELD", "user_id");
  Bad(R"({"name":"x","":1})", "UNKNOWN_FIELD", "");
  fixture::Tolerant tolerant;
  CHECK(Read(R"({"name":"x","nope":{"a":[1]}})", &tolerant).ok());
  CHECK(tolerant.name() == "x");
}

TEST_CASE_METHOD(Fixture, "errors begin with the caller's path", "[unit][contract][reader]") {
  options.path = "server";
  Bad(R"({"name":1})", "INVALID_FIELD", "server.name", "server.name");
  Bad("{}", "MISSING_FIELD", "server.name", "'server.name' is a required property");
  Bad("7", "INVALID_FIELD", "server");
}

TEST_CASE_METHOD(Fixture, "required, nullable and read-only fields", "[unit][contract][reader]") {
  Bad("{}", "MISSING_FIELD", "name");
  Bad(R"({"name":null})", "INVALID_FIELD", "name", "null is not allowed");
  Bad(R"({"name":"x","id":"1"})", "READ_ONLY_FIELD", "id", "id is read-only");
  Bad(R"({"name":"x","networks":[{}]})", "MISSING_FIELD", "networks[0].uuid");
  CHECK_FALSE(Good(R"({"name":"x","description":null})").has_description());
  options.version = {2, 60};
  Bad(R"({"name":"x"})", "MISSING_FIELD", "generation");
  CHECK_FALSE(Good(R"({"name":"x","generation":null})").has_generation());
  CHECK(Good(R"({"name":"x","generation":0})").has_generation());
  options.partial = true;
  CHECK(Good("{}").name().empty());
}

TEST_CASE_METHOD(Fixture, "null may count as absent if the caller says so",
                 "[unit][contract][reader]") {
  options.null_is_absent = true;
  CHECK(Good(R"({"name":"x","count":null})").count() == 0);
  CHECK(MaskText() == "name,count");
  Bad(R"({"name":null})", "INVALID_FIELD", "name");
}

TEST_CASE_METHOD(Fixture, "fields exist in their versions only", "[unit][contract][reader]") {
  options.version = {2, 46};
  CHECK(Good(R"({"name":"x","flavor":"1"})").flavor_id() == "1");
  Bad(R"({"name":"x","flavor":{"id":"1"}})", "INVALID_FIELD", "flavor");
  Bad(R"({"name":"x","generation":1})", "UNKNOWN_FIELD", "generation");
  options.version = {2, 47};
  CHECK(Good(R"({"name":"x","flavor":{"id":"1","vcpus":2}})").flavor().vcpus() == 2);
}

TEST_CASE_METHOD(Fixture, "excluded fields are no part of the body", "[unit][contract][reader]") {
  const std::vector<const google::protobuf::FieldDescriptor*> bound = {
      Create::descriptor()->FindFieldByName("count"),
      Create::descriptor()->FindFieldByName("name")};
  options.excluded = &bound;
  Bad(R"({"count":1})", "UNKNOWN_FIELD", "count");
  CHECK(Good("{}").name().empty());
  // Only at the top: a nested message of the same type is a body of its own.
  Bad(R"({"child":{"count":1}})", "MISSING_FIELD", "child.name");
}

TEST_CASE_METHOD(Fixture, "the mask names what the body names", "[unit][contract][mask]") {
  Good(R"({"name":"x","description":null,"options":{"immutable":false,"inner":{}},"networks":[],
           "metadata":{"a":"b"},"hints":{"x":{"y":1}},"quota":null})");
  CHECK(MaskText() ==
        "name,description,options.immutable,options.inner,networks,metadata,hints,quota");
}

TEST_CASE_METHOD(Fixture, "a mask is optional", "[unit][contract][mask]") {
  const StatusOr<JsonDocument> document = JsonDocument::Parse(R"({"name":"x"})");
  Create out;
  CHECK(ReadMessage(document->root(), *plans.Add(Create::descriptor()), options, &out).ok());
}

TEST_CASE_METHOD(Fixture, "well-known types have their JSON forms", "[unit][contract][reader]") {
  const Create out = Good(
      R"({"name":"x","hints":[1,null,{"a":"b"}],"properties":{"p":true},"list":["q"],"quota":9007199254740993,
          "label":"abc","stop":{},"expires_at":"2026-11-22T15:25:38.5Z"})");
  CHECK(out.hints().list_value().values(2).struct_value().fields().at("a").string_value() == "b");
  CHECK(out.properties().fields().at("p").bool_value());
  CHECK(out.list().values(0).string_value() == "q");
  CHECK(out.quota().value() == 9007199254740993);
  CHECK(out.label().value() == "abc");
  CHECK(out.has_stop());
  CHECK(out.expires_at().nanos() == 500'000'000);
  CHECK(Good(R"({"name":"x","hints":null})").hints().has_null_value());
  CHECK_FALSE(Good(R"({"name":"x","label":null})").has_label());
  Bad(R"({"name":"x","label":"abcd"})", "INVALID_FIELD", "label", "exceed 3");
  Bad(R"({"name":"x","quota":"1"})", "INVALID_FIELD", "quota");
  Bad(R"({"name":"x","hints":[9007199254740993]})", "INVALID_FIELD", "hints", "2^53");
}

TEST_CASE_METHOD(Fixture, "only one member of a oneof may be given", "[unit][contract][reader]") {
  CHECK(Good(R"({"name":"x","domain":"d"})").domain() == "d");
  Bad(R"({"name":"x","domain":"d","project":"p"})", "INVALID_FIELD", "project", "domain");
}

TEST_CASE_METHOD(Fixture, "maps hold scalars and messages", "[unit][contract][reader]") {
  const Create out = Good(
      R"({"name":"x","metadata":{"a":"1","b":""},"ports":{"p":{"uuid":"0f411f6116e04dd792226f2e32c150ce"}}})");
  CHECK(out.metadata().at("a") == "1");
  CHECK(out.metadata().at("b").empty());
  CHECK(out.ports().at("p").uuid() == "0f411f6116e04dd792226f2e32c150ce");
  Bad(R"({"name":"x","ports":{"p":{"uuid":"u"}}})", "INVALID_FIELD", "ports.p.uuid", "UUID");
}

TEST_CASE_METHOD(Fixture, "open objects keep undeclared keys", "[unit][contract][spread]") {
  fixture::OpenStrings image;
  REQUIRE(Read(R"({"id":"1","os":"linux","checksum":null,"hidden":"mine"})", &image).ok());
  CHECK(image.extra().at("os") == "linux");
  CHECK(image.extra().at("hidden") == "mine");
  CHECK(image.extra_size() == 2);
  CHECK(MaskText() == "id,checksum,extra");
  Bad<fixture::OpenStrings>(R"({"os":1})", "INVALID_FIELD", "os");
  Bad<fixture::OpenStrings>(R"({"os":"12345678901"})", "INVALID_FIELD", "os", "exceed 10");
  Bad<fixture::OpenStrings>(R"({"status":"x"})", "READ_ONLY_FIELD", "status");
  fixture::OpenValues role;
  REQUIRE(Read(R"({"id":"1","x":{"y":[1]},"z":null})", &role).ok());
  CHECK(
      role.extra().at("x").struct_value().fields().at("y").list_value().values(0).number_value() ==
      1);
  CHECK(role.extra().at("z").has_null_value());
  fixture::OpenStruct open;
  REQUIRE(Read(R"({"id":"1","x":5})", &open).ok());
  CHECK(open.extra().fields().at("x").number_value() == 5);
}

TEST_CASE_METHOD(Fixture, "values of write-only fields are never shown",
                 "[unit][contract][secret]") {
  Create out;
  const Status status = Read(R"({"name":"x","password":"secret"})", &out);
  CHECK(DetailOf(status).field() == "password");
  CHECK_THAT(std::string(status.message()), !Catch::Contains("secret"));
  CHECK_THAT(std::string(status.message()), Catch::Contains("exceed 5"));
  const Status wrong_type = Read(R"({"name":"x","password":{"a":"secret"}})", &out);
  CHECK_THAT(std::string(wrong_type.message()), !Catch::Contains("secret"));
}

TEST_CASE_METHOD(Fixture, "long values are shortened in messages", "[unit][contract][reader]") {
  Create out;
  const Status status =
      Read("{\"name\":\"x\",\"status\":\"" + std::string(5000, 'a') + "\"}", &out);
  CHECK(status.message().size() < 200);
}

TEST_CASE_METHOD(Fixture, "a dynamic message reads as a generated one",
                 "[unit][contract][reader]") {
  google::protobuf::DescriptorPool pool;
  const std::vector<std::string> files = {
      "google/protobuf/descriptor.proto", "google/protobuf/struct.proto",
      "google/protobuf/empty.proto",      "google/protobuf/field_mask.proto",
      "google/protobuf/timestamp.proto",  "google/protobuf/wrappers.proto",
      "tstack/api/annotations.proto",     "testdata/plan_fixture.proto"};
  for (const std::string& name : files) {
    google::protobuf::FileDescriptorProto file;
    google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name)->CopyTo(&file);
    REQUIRE(pool.BuildFile(file) != nullptr);
  }
  const auto* type = pool.FindMessageTypeByName("tstack.contract.fixture.Create");
  google::protobuf::DynamicMessageFactory factory;
  std::unique_ptr<Message> dynamic(factory.GetPrototype(type)->New());
  const std::string json =
      R"({"name":"x","metadata":{"a":"b"},"expires_at":"2026-11-22T15:25:38Z","hints":{"a":[1]},"quota":5,"mask":"a"})";
  const StatusOr<JsonDocument> document = JsonDocument::Parse(json);
  const Status status = ReadMessage(document->root(), *plans.Add(type), options, dynamic.get());
  CAPTURE(status.ToString());
  REQUIRE(status.ok());
  Create same;
  REQUIRE(same.ParseFromString(dynamic->SerializeAsString()));
  CHECK(same.DebugString() == Good(json).DebugString());
}

TEST_CASE_METHOD(Fixture, "one field can be read by itself", "[unit][contract][reader]") {
  const MessagePlan* plan = plans.Add(Create::descriptor());
  const StatusOr<JsonDocument> document = JsonDocument::Parse(R"({"a":"b"})");
  Create out;
  CHECK(ReadField(document->root(), *plan->FindByProtoName("metadata"), options, &out, &mask).ok());
  CHECK(out.metadata().at("a") == "b");
  CHECK(MaskText() == "metadata");
  const Status status = ReadField(document->root(), *plan->FindByProtoName("name"), options, &out);
  CHECK(DetailOf(status).field() == "name");
}

TEST_CASE_METHOD(Fixture, "text from a path or a header is read loosely",
                 "[unit][contract][reader]") {
  const MessagePlan* plan = plans.Add(Create::descriptor());
  Create out;
  const auto read = [&](const char* field, std::string_view text) {
    return ReadText(text, *plan->FindByProtoName(field), options, &out);
  };
  CHECK(read("name", "n").ok());
  CHECK(read("count", "12").ok());
  CHECK(read("strict", " TRUE ").ok());
  CHECK(read("quota", "7").ok());
  CHECK(read("status", "active!").ok());
  CHECK(read("expires_at", "2026-11-22").ok());
  CHECK(read("ratio", "0.25").ok());
  CHECK(out.count() == 12);
  CHECK(out.strict());
  CHECK(out.quota().value() == 7);
  CHECK(out.ratio() == 0.25);
  CHECK(DetailOf(read("count", "x")).field() == "count");
  CHECK(ReasonOf(read("strict", "maybe")) == "INVALID_FIELD");
  CHECK_FALSE(read("name", "\xff").ok());
  CHECK_FALSE(read("metadata", "x").ok());
  CHECK_FALSE(read("options", "x").ok());
}

}  // namespace
}  // namespace tstack::contract
