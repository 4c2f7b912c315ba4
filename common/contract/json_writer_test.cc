#include "common/contract/json_writer.h"

#include <limits>
#include <string>

#include "google/protobuf/util/message_differencer.h"
#include <catch2/catch.hpp>

#include "common/contract/json_builder.h"
#include "common/contract/json_reader.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using fixture::Server;

struct Fixture {
  PlanSet plans;
  WriteOptions options{.version = {2, 1}, .without_links = true};

  template <typename T>
  std::string Write(const T& message) {
    std::string out;
    const MessagePlan* plan = plans.Add(T::descriptor());
    REQUIRE(plans.status().ok());
    WriteMessage(message, *plan, options, &out);
    const auto document = JsonDocument::Parse(out);
    CAPTURE(out, document.status().ToString());
    CHECK(document.ok());
    return out;
  }
};

TEST_CASE_METHOD(Fixture, "an empty object shows its unset rules", "[unit][contract][writer]") {
  CHECK(
      Write(Server()) ==
      R"({"id":"","name":"","OS-EXT-STS:task_state":null,"flavor":"","OS-SRV-USG:launched_at":null,"size":0,)"
      R"("bootable":"false","status":"BUILD","user_data":null,"metadata":{},"big":"0","locked_reason":null})");
}

TEST_CASE_METHOD(Fixture, "versions shape the object", "[unit][contract][writer]") {
  Server server;
  server.set_flavor_id("7");
  server.mutable_flavor()->set_id("8");
  server.add_tags("t");
  CHECK_THAT(Write(server), Catch::Contains(R"("flavor":"7")") && !Catch::Contains("tags"));
  options.version = {2, 26};
  CHECK_THAT(Write(server), Catch::Contains(R"("tags":["t"])"));
  options.version = {2, 47};
  CHECK_THAT(Write(server), Catch::Contains(R"("flavor":{"id":"8","vcpus":0,"extra_specs":{}})"));
}

TEST_CASE_METHOD(Fixture, "secrets and internal fields are never written",
                 "[unit][contract][secret]") {
  Server server;
  server.set_admin_pass("hunter2");
  server.set_host("node1");
  CHECK_THAT(Write(server), !Catch::Contains("hunter2") && !Catch::Contains("node1") &&
                                !Catch::Contains("adminPass"));
}

TEST_CASE_METHOD(Fixture, "times have the format of their field", "[unit][contract][writer]") {
  Server server;
  for (auto* time : {server.mutable_created(), server.mutable_launched_at(),
                     server.mutable_updated(), server.mutable_seen()}) {
    time->set_seconds(1795361138);  // 2026-11-22T15:25:38Z
    time->set_nanos(947839000);
  }
  const std::string json = Write(server);
  CHECK_THAT(json, Catch::Contains(R"("created":"2026-11-22T15:25:38Z")"));
  CHECK_THAT(json, Catch::Contains(R"("OS-SRV-USG:launched_at":"2026-11-22T15:25:38.947839")"));
  CHECK_THAT(json, Catch::Contains(R"("updated":"2026-11-22T15:25:38.947839Z")"));
  CHECK_THAT(json, Catch::Contains(R"("seen":"2026-11-22T15:25:38+00:00")"));
}

TEST_CASE_METHOD(Fixture, "values are written by their kind", "[unit][contract][writer]") {
  Server server;
  server.set_id("a\"b\\c\nd\x01é");
  server.set_size(-9223372036854775807 - 1);
  server.set_bootable(true);
  server.set_status(fixture::ACTIVE);
  server.set_user_data("hi");
  server.set_progress(0);
  server.set_big(18446744073709551615ull);
  server.mutable_parent()->set_name("p");
  (*server.mutable_metadata())["b"] = "2";
  (*server.mutable_metadata())["a"] = "1";
  const std::string json = Write(server);
  CHECK_THAT(json, Catch::Contains(R"("id":"a\"b\\c\nd\u0001é")"));
  CHECK_THAT(json, Catch::Contains(R"("size":-9223372036854775808)"));
  CHECK_THAT(json, Catch::Contains(R"("bootable":"true")"));
  CHECK_THAT(json, Catch::Contains(R"("status":"active!")"));
  CHECK_THAT(json, Catch::Contains(R"("user_data":"aGk=")"));
  CHECK_THAT(json, Catch::Contains(R"("progress":0)"));
  CHECK_THAT(json, Catch::Contains(R"("big":"18446744073709551615")"));
  CHECK_THAT(json, Catch::Contains(R"("parent":{"id":"","name":"p")"));
  CHECK_THAT(json, Catch::Contains(R"("metadata":{"a":"1","b":"2"})"));
}

TEST_CASE_METHOD(Fixture, "an enum value from a newer peer is still JSON",
                 "[unit][contract][writer]") {
  Server server;
  server.set_status(static_cast<fixture::Status>(99));
  CHECK_THAT(Write(server), Catch::Contains(R"("status":"99")"));
}

TEST_CASE_METHOD(Fixture, "broken UTF-8 is replaced", "[unit][contract][writer]") {
  CHECK(JsonString("a\xff"
                   "b\xc3") ==
        "\"a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\"");
}

TEST_CASE_METHOD(Fixture, "spread entries stand beside declared keys, which win",
                 "[unit][contract][spread]") {
  fixture::OpenStrings image;
  image.set_id("1");
  (*image.mutable_extra())["zz"] = "v";
  (*image.mutable_extra())["id"] = "evil";
  (*image.mutable_extra())["os"] = "linux";
  CHECK(Write(image) ==
        R"({"id":"1","checksum":null,"min_ram":0,"status":"","tags":[],"os":"linux","zz":"v"})");
  fixture::OpenStruct open;
  CHECK(Write(open) == R"({"id":""})");
  (*open.mutable_extra()->mutable_fields())["n"].set_number_value(3);
  CHECK(Write(open) == R"({"id":"","n":3})");
}

TEST_CASE_METHOD(Fixture, "free values keep their shape", "[unit][contract][spread]") {
  fixture::OpenValues role;
  auto& x = (*role.mutable_extra())["x"];
  x.mutable_list_value()->add_values()->set_number_value(1);
  x.mutable_list_value()->add_values()->set_number_value(1.5);
  x.mutable_list_value()->add_values()->set_null_value(google::protobuf::NULL_VALUE);
  (*x.mutable_list_value()->add_values()->mutable_struct_value()->mutable_fields())["k"]
      .set_bool_value(true);
  CHECK(Write(role) == R"({"id":"","x":[1,1.5,null,{"k":true}]})");
}

TEST_CASE_METHOD(Fixture, "links are written in the dialect's style", "[unit][contract][links]") {
  Server server;
  server.set_id("a b/c");
  options.without_links = false;
  options.link_base = "http://h";
  options.link_style = LinkStyle::kArray;
  CHECK_THAT(Write(server),
             Catch::EndsWith(R"("links":[{"rel":"self","href":"http://h/v2.1/servers/a%20b%2Fc"},)"
                             R"({"rel":"bookmark","href":"http://h/servers/a%20b%2Fc"}]})"));
  options.link_style = LinkStyle::kMap;
  CHECK_THAT(Write(server), Catch::EndsWith(R"("links":{"self":"http://h/v2.1/servers/a%20b%2Fc",)"
                                            R"("bookmark":"http://h/servers/a%20b%2Fc"}})"));
  options.link_style = LinkStyle::kTopLevel;
  options.link_base = "";
  CHECK_THAT(Write(server), Catch::EndsWith(R"("self":"/v2.1/servers/a%20b%2Fc",)"
                                            R"("bookmark":"/servers/a%20b%2Fc"})"));
  options.version = {2, 50};
  CHECK_THAT(Write(server), Catch::Contains(R"("new":"/new/a%20b%2Fc")"));
}

TEST_CASE_METHOD(Fixture, "a hook may turn links", "[unit][contract][links]") {
  const std::function<std::string(const api::Link&, std::string)> hook =
      [](const api::Link& link, const std::string& href) { return link.rel() + "!" + href; };
  options.without_links = false;
  options.resolve_link = &hook;
  Server server;
  server.set_id("s");
  CHECK_THAT(Write(server), Catch::Contains(R"({"rel":"self","href":"self!/v2.1/servers/s"})"));
}

TEST_CASE_METHOD(Fixture, "a link with an empty field is left out", "[unit][contract][links]") {
  options.without_links = false;
  CHECK_THAT(Write(Server()), !Catch::Contains("links"));
}

TEST_CASE_METHOD(Fixture, "an undeclared key cannot double a link", "[unit][contract][links]") {
  fixture::OpenValues role;
  role.set_id("r");
  (*role.mutable_extra())["links"].set_string_value("x");
  (*role.mutable_extra())["self"].set_string_value("y");
  options.without_links = false;
  options.link_style = LinkStyle::kMap;
  CHECK(Write(role) == R"({"id":"r","self":"y","links":{"self":"/v3/roles/r"}})");
  options.link_style = LinkStyle::kTopLevel;
  CHECK(Write(role) == R"({"id":"r","links":"x","self":"/v3/roles/r"})");
}

TEST_CASE_METHOD(Fixture, "selected fields only, at the top only", "[unit][contract][writer]") {
  Server server;
  server.set_name("n");
  server.mutable_parent()->set_name("p");
  const std::vector<std::string> select = {"name", "parent", "nope"};
  options.select = &select;
  options.without_links = false;
  const std::string json = Write(server);
  CHECK_THAT(json, Catch::StartsWith(R"({"name":"n","parent":{"id":"","name":"p")"));
  CHECK_THAT(json, !Catch::StartsWith(R"({"id")"));
  fixture::OpenStrings image;
  (*image.mutable_extra())["nope"] = "yes";
  (*image.mutable_extra())["other"] = "no";
  CHECK(Write(image) == R"({"nope":"yes"})");
}

TEST_CASE_METHOD(Fixture, "extra members close the object", "[unit][contract][writer]") {
  fixture::Tolerant message;
  options.extra = R"(,"x":1)";
  CHECK(Write(message) == R"({"name":"","x":1})");
  options.extra = R"("y":2)";
  CHECK(Write(message) == R"({"name":"","y":2})");
  options.extra = "";
  CHECK(Write(message) == R"({"name":""})");
}

TEST_CASE_METHOD(Fixture, "members and single fields can be written alone",
                 "[unit][contract][writer]") {
  fixture::OpenStrings image;
  image.add_tags("a");
  const MessagePlan* plan = plans.Add(fixture::OpenStrings::descriptor());
  std::string out;
  WriteMembers(image, *plan, options, &out);
  CHECK(out == R"("id":"","checksum":null,"min_ram":0,"status":"","tags":["a"])");
  const auto field = [&](const char* name) {
    std::string value;
    WriteField(image, *plan->FindByProtoName(name), options, &value);
    return value;
  };
  CHECK(field("tags") == R"(["a"])");
  CHECK(field("checksum") == "null");
  CHECK(field("min_ram") == "0");
}

TEST_CASE_METHOD(Fixture, "a field as plain text", "[unit][contract][writer]") {
  Server server;
  server.set_id("x");
  server.set_size(5);
  server.set_status(fixture::ACTIVE);
  server.mutable_created()->set_seconds(0);
  const auto text = [&](const char* name) {
    return FieldText(server, Server::descriptor()->FindFieldByName(name));
  };
  CHECK(text("id") == "x");
  CHECK(text("size") == "5");
  CHECK(text("bootable") == "false");
  CHECK(text("status") == "active!");
  CHECK(text("created") == "1970-01-01T00:00:00Z");
  CHECK(text("updated").empty());
  CHECK(text("tags").empty());
}

TEST_CASE_METHOD(Fixture, "what was written reads back", "[unit][contract][roundtrip]") {
  Server server;
  server.set_id("x");
  server.set_task_state("spawning");
  server.set_bootable(true);
  server.set_big(17);
  server.set_user_data(std::string("\0\xff", 2));
  server.mutable_created()->set_seconds(1795361138);
  server.mutable_launched_at()->set_seconds(1795361138);
  server.mutable_launched_at()->set_nanos(5000);
  (*server.mutable_metadata())["k"] = "v";
  const std::string json = Write(server);
  Server again;
  const auto document = JsonDocument::Parse(json);
  const Status status = ReadMessage(document->root(), *plans.Add(Server::descriptor()),
                                    {.version = {2, 1}, .null_is_absent = true}, &again);
  CAPTURE(status.ToString());
  REQUIRE(status.ok());
  CHECK(again.DebugString() == server.DebugString());
}

TEST_CASE_METHOD(Fixture, "every kind in every shape reads back", "[unit][contract][roundtrip]") {
  const std::string json =
      R"({"a_bool":true,"an_int32":-5,"an_int64":"7","a_uint64":"18446744073709551615","a_float":0.1,"a_double":1e300,)"
      R"("a_string":"é","some_bytes":"aGk=","status":"active!","maybe":null,"value":[1,null,{"a":-0.0}],)"
      R"("object":{"k":[]},"list":[true],"mask":"a,b","empty":{},"number":1.5,"text":"x","numbers":[1,2],)"
      R"("texts":["a","b"],"children":[{"a_bool":true}],"values":[1,"x"],"strings":{"k":"v"},)"
      R"("named":{"n":{"child":{"left":"l"}}},"doubles":{"d":2.5},"right":3,"versioned":"v","free":{"x":1}})";
  const MessagePlan* plan = plans.Add(fixture::Anything::descriptor());
  const ReadOptions read{.version = {2, 60}, .null_is_absent = true};
  options.version = {2, 60};
  fixture::Anything first;
  const Status status = ReadMessage(JsonDocument::Parse(json)->root(), *plan, read, &first);
  CAPTURE(status.ToString());
  REQUIRE(status.ok());
  const std::string written = Write(first);
  CHECK_THAT(written, Catch::Contains(R"("a_float":0.1,)") &&
                          Catch::Contains(R"("value":[1,null,{"a":-0.0}])") &&
                          Catch::Contains(R"("free":{"x":1})"));
  fixture::Anything second;
  REQUIRE(ReadMessage(JsonDocument::Parse(written)->root(), *plan, read, &second).ok());
  CHECK(google::protobuf::util::MessageDifferencer::Equals(first, second));
}

TEST_CASE("escapes are found at every place", "[unit][contract][writer]") {
  for (int c = 0; c < 256; ++c) {
    for (size_t length = 1; length < 20; ++length) {
      std::string text(length, 'x');
      text[length / 2] = static_cast<char>(c);
      const auto document = JsonDocument::Parse("[" + JsonString(text) + "]");
      CAPTURE(c, length);
      REQUIRE(document.ok());
      const std::string back((*document->root().elements().begin()).String());
      if (c < 0x80) CHECK(back == text);
      if (c >= 0x80) CHECK(back.size() == length + 2);
    }
  }
}

TEST_CASE("the builder places commas", "[unit][contract][writer]") {
  std::string out;
  JsonBuilder json(&out);
  json.BeginObject().Key("error").BeginObject().Key("code").Int(404).Key("list").BeginArray();
  json.Int(-1).Uint(2).Double(1).Double(0.1).Bool(true).Null().String("x").BeginObject();
  json.EndObject().EndArray().EndObject().Key("t").Raw("[]").RawMembers(",\"a\":1").EndObject();
  CHECK(out == R"({"error":{"code":404,"list":[-1,2,1.0,0.1,true,null,"x",{}]},"t":[],"a":1})");
}

TEST_CASE("numbers without a JSON form become null", "[unit][contract][writer]") {
  std::string out;
  JsonBuilder(&out)
      .BeginArray()
      .Double(std::numeric_limits<double>::infinity())
      .Double(std::numeric_limits<double>::quiet_NaN());
  CHECK(out == "[null,null");
}

}  // namespace
}  // namespace tstack::contract
