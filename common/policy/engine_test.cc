#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "common/policy/policy.h"
#include "common/time/fake_clock.h"

namespace tstack::policy {
namespace {

using Catch::Matchers::Contains;

// A policy file in a folder of its own, an engine that reads it, and a caller with the role reader.
struct Fixture {
  Fixture() {
    folder = std::filesystem::temp_directory_path() / ("policy_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    file = folder / "policy.yaml";
    ctx.request.auth.set_user_id("u1");
    ctx.request.auth.add_roles("reader");
    ctx.policy = "show";
    ctx.state = &state;
  }
  ~Fixture() { std::filesystem::remove_all(folder); }

  // Replaced by rename, as editors and configuration tools do.
  void Write(const std::string& text) {
    std::ofstream(file.string() + ".new") << text;
    std::filesystem::rename(file.string() + ".new", file);
  }
  void Start() {
    EngineOptions options;
    options.clock = &clock;
    options.warn = [this](const std::string& message) { warnings.push_back(message); };
    auto made = MakeEngine({{"admin_required", "role:admin"}, {"show", "rule:admin_required"}},
                           file, options);
    REQUIRE(made.ok());
    engine = *std::move(made);
  }
  bool Allowed() { return engine->Enforce(ctx, {}).ok(); }

  std::filesystem::path folder, file;
  FakeClock clock;
  CallState state;
  CallContext ctx;
  std::vector<std::string> warnings;
  std::unique_ptr<Engine> engine;
};

TEST_CASE_METHOD(Fixture, "a denied call names its rule and counts as checked", "[unit][policy]") {
  Start();
  const Status status = engine->Enforce(ctx, {});
  CHECK(status.code() == StatusCode::kPermissionDenied);
  CHECK(ReasonOf(status) == "POLICY_DENIED");
  CHECK(DetailOf(status).resource_id() == "show");
  CHECK(state.policy_checked);
  CHECK_FALSE(engine->Allows(ctx, "no such rule", {}));
}

TEST_CASE_METHOD(Fixture, "a call without a user is not authenticated, whatever the rule",
                 "[unit][policy]") {
  Write("show: '@'\n");
  Start();
  ctx.request.auth.Clear();
  CHECK(engine->Enforce(ctx, {}).code() == StatusCode::kUnauthenticated);
  CHECK_FALSE(engine->Allows(ctx, "show", {}));
}

TEST_CASE_METHOD(Fixture, "the policy file overrides a rule, and helpers that refer to it see that",
                 "[unit][policy]") {
  Write("admin_required: role:reader\n");
  Start();
  CHECK(Allowed());
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Fixture,
                 "a changed file takes effect within a second, a removed one restores the defaults",
                 "[unit][policy]") {
  Start();
  REQUIRE_FALSE(Allowed());
  Write("show: role:reader\n");
  CHECK_FALSE(Allowed());  // not looked at yet
  clock.Advance(absl::Seconds(1));
  CHECK(Allowed());
  std::filesystem::remove(file);
  clock.Advance(absl::Seconds(1));
  CHECK_FALSE(Allowed());
  CHECK(warnings.size() == 2);
}

TEST_CASE_METHOD(Fixture, "a broken file is reported once and the rules in force stay",
                 "[unit][policy]") {
  Write("show: role:reader\n");
  Start();
  for (const char* text : {"show: role:reader and\n", "show: [\n", "- list\n",
                           "show: '@'\nshow: '!'\n", "show: rule:gone\n"}) {
    INFO(text);
    warnings.clear();
    Write(text);
    clock.Advance(absl::Seconds(1));
    CHECK(Allowed());
    clock.Advance(absl::Seconds(1));
    CHECK(Allowed());
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Contains("the rules in force stay"));
  }
}

TEST_CASE_METHOD(Fixture, "names that nobody asks are pointed out, helpers are not",
                 "[unit][policy]") {
  Write("shwo: '@'\nhelper: role:reader\nshow: rule:helper\n");
  Start();
  CHECK(Allowed());
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Contains("shwo"));
}

TEST_CASE("broken defaults refuse to start and list every mistake", "[unit][policy]") {
  const auto engine = MakeEngine({{"a", "bogus"}, {"b", "rule:c"}}, "");
  REQUIRE_FALSE(engine.ok());
  CHECK_THAT(std::string(engine.status().message()),
             Contains("rule a") && Contains("there is no rule c"));
}

}  // namespace
}  // namespace tstack::policy
