#include <catch2/catch.hpp>

#include "tests/contract/descriptor_lab.h"

namespace tstack::contract::test {
namespace {

constexpr char kApi[] =
    "dialect: 'nova' prefix: '/lab' type: 'lab' min_version: '2.1' max_version: '2.50' backend: "
    "'lab'";

std::string Route(const std::string& text) { return "[tstack.api.route] { " + text + " }"; }

// What Build says about the contract; "" if it takes it.
std::string Verdict(const std::string& api, const std::string& methods) {
  DescriptorLab lab;
  lab.AddFile(DescriptorLab::File(api, methods));
  const auto table = RouteTable::Build({"lab.S"}, &lab.pool());
  return table.ok() ? "" : std::string(table.status().message());
}

struct Wrong {
  const char* route;
  const char* complaint;
  const char* input = "Request";
  const char* output = "Answer";
};

const Wrong kWrong[] = {
    {"get: 'x'", "begin with '/'"},
    {"get: '/x//y'", "empty segment"},
    {"get: '/x/{id'", "unbalanced"},
    {"get: '/x/{id=**}/y'", "last segment"},
    {"get: '/x/{id}/{id}'", "twice"},
    {"get: '/x/{nope}'", "nope"},
    {"get: '/x' also: '/y/{nope}'", "nope"},
    {"get: '/x/{item}'", "no single plain value"},
    {"get: '/x/{names}'", "no single plain value"},
    {"get: '/x/{item.nope}'", "nope"},
    {"get: '/x' request_header { header: 'If-Match' field: 'nope' }", "nope"},
    {"get: '/x' response_header { header: 'X' field: 'nope' }", "nope"},
    {"get: '/x' response_header { header: 'X' }", "needs a field or a value"},
    {"get: '/x' response_header { header: 'X' value: '{base}/{nope}' }", "nope"},
    {"post: '/x' envelope: 'item' sibling { key: 'hints' field: 'nope' }", "nope"},
    {"post: '/x' sibling { key: 'hints' field: 'item' }", "without an envelope"},
    {"post: '/x' body_field: 'nope'", "nope"},
    {"post: '/x' mask_field: 'nope'", "nope"},
    {"post: '/x' mask_field: 'id'", "wrong type"},
    {"get: '/x' mask_field: 'mask'", "without a body"},
    {"post: '/x' body: BULK envelope: 'item' body_field: 'items'", "bulk_envelope"},
    {"post: '/x' body: BULK envelope: 'item' bulk_envelope: 'items' body_field: 'item'",
     "list of messages"},
    {"post: '/x' bulk_envelope: 'items'", "without body: BULK"},
    {"post: '/x' body: JSON_PATCH body_field: 'item'", "needs PATCH"},
    {"patch: '/x' remove_field: 'names'", "JSON_PATCH"},
    {"put: '/x' action: 'go'", "needs POST"},
    {"get: '/x' since: 'two'", "no version of this API"},
    {"get: '/x' since: '2.51'", "no version of this API"},
    {"get: '/x' until: '1.9'", "no version of this API"},
    {"get: '/x' since: '2.9' until: '2.8'", "above until"},
    {"get: '/x' success: 99", "no status"},
    {"get: '/x' success_since { since: '2.9' status: 201 } success_since { since: '2.8' status: "
     "202 }",
     "ascending"},
    {"get: '/x' outcome { name: 'a' status: 201 } outcome { name: 'a' status: 202 }",
     "name of its own"},
    {"get: '/x' outcome { name: 'a' }", "no status"},
    {"get: '/x' list { items: 'nope' }", "nope"},
    {"get: '/x' list { items: 'token' }", "no list of messages"},
    {"get: '/x' list { }", "no list", "Request", "Item"},
    {"get: '/x' list { paged: true }", "has_more"},
    {"get: '/x' list { paged: true }", "limit", "Item", "Page"},
    {"get: '/x' list { paged: true marker: 'nope' }", "nope", "Request", "Page"},
    {"get: '/x' list { paged: true default_limit: 20 max_limit: 10 }", "default_limit", "Request",
     "Page"},
    {"get: '/x' envelope: 'x' list { }", "not an envelope"},
    {"get: '/x' query: COLLECT", "query_extras"},
    {"get: '/x' public: true optional_auth: true", "exclude each other"},
    {"summary: 'nothing'", "without a verb"},
};

TEST_CASE("each contradiction in a route is refused by name", "[contract][routes]") {
  for (const Wrong& wrong : kWrong) {
    const std::string verdict =
        Verdict(kApi, DescriptorLab::Method("M", wrong.input, wrong.output, Route(wrong.route)));
    INFO(wrong.route << " → " << verdict);
    CHECK(verdict.find(wrong.complaint) != std::string::npos);
    CHECK(verdict.find("lab.S.M") != std::string::npos);
  }
}

TEST_CASE("a sound contract is taken", "[contract][routes]") {
  CHECK(Verdict(kApi, DescriptorLab::Method("M", "Request", "Page",
                                            Route("get: '/x/{id}' list { paged: true }"))) == "");
}

TEST_CASE("each contradiction in a service is refused", "[contract][routes]") {
  const std::string method = DescriptorLab::Method("M", "Request", "Answer", Route("get: '/x'"));
  const std::pair<const char*, const char*> wrong[] = {
      {"dialect: 'klingon' prefix: '/lab' backend: 'b'", "unknown dialect 'klingon'"},
      {"dialect: 'nova' prefix: '/lab'", "no backend"},
      {"dialect: 'nova' prefix: 'lab' backend: 'b'", "prefix"},
      {"dialect: 'nova' prefix: '/' backend: 'b'", "prefix"},
      {"dialect: 'nova' prefix: '/lab' backend: 'b' min_version: '2.1'", "need each other"},
      {"dialect: 'nova' prefix: '/lab' type: 't' backend: 'b' min_version: '2.9' max_version: "
       "'2.1'",
       "bad version range"},
      {"dialect: 'nova' prefix: '/lab' backend: 'b' min_version: '2.1' max_version: '2.9'",
       "need a type"},
  };
  for (const auto& [api, complaint] : wrong) {
    INFO(api);
    CHECK(Verdict(api, method).find(complaint) != std::string::npos);
  }
}

std::string Two(const std::string& first, const std::string& second) {
  return Verdict(kApi, DescriptorLab::Method("A", "Request", "Answer", Route(first)) +
                           DescriptorLab::Method("B", "Request", "Answer", Route(second)));
}

TEST_CASE("routes that answer the same request conflict", "[contract][routes]") {
  CHECK(Two("get: '/x'", "get: '/x'").find("conflicts") != std::string::npos);
  CHECK(Two("get: '/x/{id}'", "get: '/x/{marker}'").find("conflicts") != std::string::npos);
  CHECK(Two("get: '/x'", "get: '/y' also: '/x'").find("conflicts") != std::string::npos);
  CHECK(Two("post: '/x' action: 'go'", "post: '/x' action: 'go'").find("conflicts") !=
        std::string::npos);
  CHECK(Two("post: '/x' action: 'go'", "post: '/x'").find("one is an action") != std::string::npos);
  CHECK(Two("get: '/x' until: '2.10'", "get: '/x' since: '2.10'").find("conflicts") !=
        std::string::npos);
  CHECK(Verdict(kApi, DescriptorLab::Method("A", "Request", "Answer",
                                            Route("get: '/x/{id}' also: '/x/{marker}'")))
            .find("same path") != std::string::npos);
}

TEST_CASE("routes that differ in verb, action, path or version do not conflict",
          "[contract][routes]") {
  CHECK(Two("get: '/x'", "put: '/x'") == "");
  CHECK(Two("post: '/x' action: 'go'", "post: '/x' action: 'stop'") == "");
  CHECK(Two("get: '/x/detail'", "get: '/x/{id}'") == "");
  CHECK(Two("get: '/x' until: '2.9'", "get: '/x' since: '2.10'") == "");
  CHECK(Two("get: '/x/{id}'", "get: '/x/{id}.json'") == "");
}

TEST_CASE("all contradictions are listed at once", "[contract][routes]") {
  const std::string verdict = Two("get: '/x/{nope}' since: 'old'", "put: '/y/{gone}'");
  CHECK(verdict.find("nope") != std::string::npos);
  CHECK(verdict.find("'old'") != std::string::npos);
  CHECK(verdict.find("gone") != std::string::npos);
  CHECK(std::count(verdict.begin(), verdict.end(), '\n') == 2);
}

TEST_CASE("an unknown service is a contradiction, too", "[contract][routes]") {
  const auto table = RouteTable::Build({"no.such.Service"});
  CHECK(std::string(table.status().message()).find("no such service") != std::string::npos);
}

}  // namespace
}  // namespace tstack::contract::test
