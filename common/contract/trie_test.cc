#include "common/contract/trie.h"

#include <catch2/catch.hpp>

namespace tstack::contract {
namespace {

struct Fixture {
  void Add(const std::string& verb, const std::string& path) {
    routes.push_back(std::make_unique<Route>());
    routes.back()->verb = verb;
    routes.back()->path = path;
    trie.Add(*PathTemplate::Parse(path), routes.back().get(), 0);
  }
  // The template that answers; "" if none.
  std::string Find(const std::string& verb, const std::string& path) {
    match = trie.Find(verb, path);
    return match.routes.empty() ? "" : match.routes.front()->path;
  }
  std::vector<std::unique_ptr<Route>> routes;
  Trie trie;
  Match match;
};

TEST_CASE_METHOD(Fixture, "a literal beats a field, and a wrong guess is taken back",
                 "[unit][contract][trie]") {
  Add("GET", "/servers/detail");
  Add("GET", "/servers/{id}");
  Add("POST", "/servers/{id}/action");
  Add("DELETE", "/servers/{id}");
  CHECK(Find("GET", "/servers/detail") == "/servers/detail");
  CHECK(Find("GET", "/servers/x") == "/servers/{id}");
  CHECK(Find("POST", "/servers/detail/action") == "/servers/{id}/action");
  CHECK(match.values == std::vector<std::string>{"detail"});
  CHECK(Find("DELETE", "/servers/detail") == "/servers/{id}");
}

TEST_CASE_METHOD(Fixture, "the verbs of a path are known when none of them fits",
                 "[unit][contract][trie]") {
  Add("GET", "/x");
  Add("PUT", "/x");
  CHECK(Find("POST", "/x") == "");
  CHECK(match.allowed_verbs == std::vector<std::string>{"GET", "PUT", "HEAD"});
  CHECK(Find("GET", "/y") == "");
  CHECK(match.allowed_verbs.empty());
}

TEST_CASE_METHOD(Fixture, "HEAD is served by GET unless it has a route", "[unit][contract][trie]") {
  Add("GET", "/x");
  Add("GET", "/y");
  Add("HEAD", "/y");
  CHECK(Find("HEAD", "/x") == "/x");
  CHECK(match.routes.front()->verb == "GET");
  Find("HEAD", "/y");
  CHECK(match.routes.front()->verb == "HEAD");
}

TEST_CASE_METHOD(Fixture, "segments are split before they are decoded", "[unit][contract][trie]") {
  Add("GET", "/a/{x}/b");
  Add("GET", "/files/{path=**}");
  CHECK(Find("GET", "/a/1%2F2/b") == "/a/{x}/b");
  CHECK(match.values == std::vector<std::string>{"1/2"});
  CHECK(Find("GET", "/a/1/2/b") == "");
  CHECK(Find("GET", "/files/a/b%20c/d") == "/files/{path=**}");
  CHECK(match.values == std::vector<std::string>{"a/b c/d"});
}

TEST_CASE_METHOD(Fixture, "a suffix belongs to the template, the longer one first",
                 "[unit][contract][trie]") {
  Add("GET", "/n/{id}");
  Add("GET", "/n/{id}.json");
  CHECK(Find("GET", "/n/1.json") == "/n/{id}.json");
  CHECK(match.values == std::vector<std::string>{"1"});
  CHECK(Find("GET", "/n/.json") == "/n/{id}");
  CHECK(Find("GET", "/n/1.xml") == "/n/{id}");
}

TEST_CASE_METHOD(Fixture, "what cannot name anything is simply not there",
                 "[unit][contract][trie]") {
  Add("GET", "/a/{x}");
  Add("GET", "/files/{path=**}");
  for (const char* path : {"", "a", "/a//", "/a/%zz", "/a/%ff", "/a/%00", "/a/", "/files",
                           "/files/", "//a/1", "/a/%"}) {
    INFO(path);
    CHECK(Find("GET", path) == "");
  }
  CHECK(Find("GET", "/a/1/") == "/a/{x}");
  std::string deep = "/files";
  for (int i = 0; i < 5000; ++i) deep += "/x";
  CHECK(Find("GET", deep) == "");
}

}  // namespace
}  // namespace tstack::contract
