#include "common/contract/json_document.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace tstack::contract {
namespace {

JsonDocument Parsed(std::string_view text) {
  StatusOr<JsonDocument> document = JsonDocument::Parse(text);
  CAPTURE(std::string(text), document.status().ToString());
  REQUIRE(document.ok());
  return *std::move(document);
}

std::string ReasonFor(std::string_view text, const JsonLimits& limits = {}) {
  return ReasonOf(JsonDocument::Parse(text, limits).status());
}

TEST_CASE("values have their kinds", "[unit][contract][json]") {
  const JsonDocument document = Parsed(
      R"({"n":null,"t":true,"f":false,"i":-5,"u":18446744073709551615,"d":1.5,"s":"aé","a":[1,[2],3],"o":{"k":"v"}})");
  const JsonValue root = document.root();
  CHECK(root.kind() == JsonKind::kObject);
  CHECK(root.size() == 9);
  CHECK(root.Find("n")->is_null());
  CHECK(root.Find("t")->Bool());
  CHECK_FALSE(root.Find("f")->Bool());
  CHECK(root.Find("i")->Int64() == -5);
  CHECK(root.Find("i")->Double() == -5.0);
  CHECK(root.Find("u")->kind() == JsonKind::kUint64);
  CHECK(root.Find("u")->Uint64() == 18446744073709551615ull);
  CHECK(root.Find("d")->Double() == 1.5);
  CHECK(root.Find("s")->String() == "aé");
  CHECK(root.Find("o")->Find("k")->String() == "v");
  CHECK_FALSE(root.Find("nope"));
  CHECK_FALSE(root.Find("s")->Find("k"));
}

TEST_CASE("lists and objects are walked in order", "[unit][contract][json]") {
  const JsonDocument document = Parsed(R"([1,[2,{"x":[]}],"3",{},4])");
  std::vector<std::string> seen;
  for (const JsonValue element : document.root().elements()) seen.push_back(element.Abridged());
  CHECK(seen == std::vector<std::string>{"1", R"([2,{"x":[]}])", "\"3\"", "{}", "4"});
  const JsonDocument object = Parsed(R"({"b":{"c":1},"a":2.0})");
  std::string keys;
  for (const JsonMember member : object.root().members()) keys += std::string(member.key) + ";";
  CHECK(keys == "b;a;");
  for ([[maybe_unused]] const JsonMember member : document.root().members())
    FAIL("a list has no members");
}

TEST_CASE("a value asked for the wrong type gives zero", "[unit][contract][json]") {
  const JsonDocument document = Parsed(R"(["x"])");
  const JsonValue text = *document.root().elements().begin();
  CHECK(text.Int64() == 0);
  CHECK(text.Uint64() == 0);
  CHECK_FALSE(text.Bool());
  CHECK(document.root().String().empty());
  CHECK(text.size() == 0);
}

TEST_CASE("malformed text is refused", "[unit][contract][json]") {
  for (const char* text : {"{",          "}",
                           "{\"a\":}",   "[1,]",
                           "{\"a\":1,}", "{'a':1}",
                           "nul",        "tru",
                           "01",         "1e999",
                           "\"a",        "[1] x",
                           "{} {}",      "[1 2]",
                           "{\"a\" 1}",  "{1:2}",
                           "\"\\x\"",    "\"\\ud800\"",
                           "\"\xff\"",   "\"a\nb\"",
                           "\"\x01\"",   "123456789012345678901234567890",
                           "-",          "+1",
                           "NaN",        "/**/1"}) {
    CAPTURE(std::string(text));
    CHECK(ReasonFor(text) == "MALFORMED_JSON");
  }
}

TEST_CASE("an empty body is told apart", "[unit][contract][json]") {
  CHECK(ReasonFor("") == "EMPTY_BODY");
  CHECK(ReasonFor(" \r\n\t") == "EMPTY_BODY");
}

TEST_CASE("duplicate keys are refused anywhere and named", "[unit][contract][json]") {
  const auto [text, path] = GENERATE(table<std::string, std::string>({
      {R"({"a":1,"a":2})", "a"},
      {R"({"x":{"a":1,"b":2,"a":1}})", "x.a"},
      {R"([0,{"b":[{"c":1,"c":1}]}])", "[1].b[0].c"},
      {R"({"\u0061":1,"a":2})", "a"},
      {R"({"":1,"":2})", ""},
      {R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"c":2})",
       "c"},
  }));
  const Status status = JsonDocument::Parse(text).status();
  CHECK(ReasonOf(status) == "DUPLICATE_KEY");
  CHECK(DetailOf(status).field() == path);
  CHECK_THAT(std::string(status.message()), Catch::Contains("\"" + path + "\""));
}

TEST_CASE("the same key in different objects is fine", "[unit][contract][json]") {
  CHECK(JsonDocument::Parse(R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})").ok());
}

TEST_CASE("depth and size are bounded", "[unit][contract][json]") {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(JsonDocument::Parse(nested(31)).ok());
  CHECK(ReasonFor(nested(33)) == "MALFORMED_JSON");
  CHECK(ReasonFor(nested(100000)) == "MALFORMED_JSON");
  CHECK(ReasonFor(nested(5), {.max_bytes = 100, .max_depth = 4}) == "MALFORMED_JSON");
  CHECK(JsonDocument::Parse(nested(5), {.max_bytes = 100, .max_depth = 8}).ok());
  const Status large = JsonDocument::Parse("[1,2,3]", {.max_bytes = 6}).status();
  CHECK(ReasonOf(large) == "BODY_TOO_LARGE");
  CHECK(large.code() == StatusCode::kResourceExhausted);
}

TEST_CASE("several documents live at once on one thread", "[unit][contract][json]") {
  JsonDocument first = Parsed(R"({"a":"first"})");
  const JsonDocument second = Parsed(R"({"a":"second"})");
  CHECK(first.root().Find("a")->String() == "first");
  CHECK(second.root().Find("a")->String() == "second");
  first = Parsed(R"({"a":"third"})");
  CHECK(first.root().Find("a")->String() == "third");
}

TEST_CASE("a large document works and the next small one too", "[unit][contract][json]") {
  std::string text = "[";
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + ",";
  text += "0]";
  CHECK(Parsed(text).root().size() == 100001);
  CHECK(Parsed("[7]").root().size() == 1);
}

TEST_CASE("shown values are short and whole characters", "[unit][contract][json]") {
  const JsonDocument document = Parsed("[\"" + std::string(500, 'x') + "\"]");
  CHECK(document.root().Abridged(20).size() < 30);
  const JsonDocument accents = Parsed("\"ééééééééééééé\"");
  CHECK(accents.root().Abridged(8) == "\"ééé…");
}

}  // namespace
}  // namespace tstack::contract
