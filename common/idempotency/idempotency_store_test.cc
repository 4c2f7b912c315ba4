#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "common/idempotency/idempotency.h"
#include "common/testing/cutting_proxy.h"
#include "common/testing/mariadb.h"
#include "common/time/fake_clock.h"

namespace tstack::idempotency {
namespace {

using common::v1::AuthContext;  // any message will do as request and response
using testing::Deadline;
using testing::TestMariaDb;

migrate::Files Tables() {
  return {
      {10, "0010_thing",
       "CREATE TABLE IF NOT EXISTS thing (id VARCHAR(64) PRIMARY KEY, name VARCHAR(64) NOT NULL)"}};
}

AuthContext Request(const std::string& name) {
  AuthContext request;
  request.set_user_name(name);
  return request;
}

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  db::Options options = server.CreateSchema("idempotency", Tables());
  std::unique_ptr<db::Database> database = db::Connect(options).value();
  std::unique_ptr<db::AdminConnection> admin = server.Admin("idempotency");
  FakeClock clock{absl::Now()};
  std::atomic<int> runs = 0;

  static CallContext Caller(const std::string& user, const std::string& key) {
    CallContext ctx = Deadline();
    ctx.request.auth.set_user_id(user);
    ctx.request.auth.set_project_id("project");
    ctx.request.idempotency_key = key;
    ctx.rpc_method = "/test.v1.Things/CreateThing";
    return ctx;
  }

  // Creates a thing with a fresh id; its answer holds the id and something secret.
  StatusOr<AuthContext> Create(const CallContext& ctx, const AuthContext& request,
                               db::Database& target) {
    const std::string id = RealIds().HexUuid();
    return RunCreate<AuthContext>(
        ctx, target, RealIds(), request,
        [&](db::Transaction& tx) -> StatusOr<AuthContext> {
          ++runs;
          RETURN_IF_ERROR(tx.Execute("thing_insert", "INSERT INTO thing VALUES (?, ?)",
                                     {id, request.user_name()})
                              .status());
          if (request.user_name() == "bad")
            return Error(StatusCode::kFailedPrecondition, "BAD", "no such thing");
          AuthContext response;
          response.set_user_id(id);
          response.set_audit_id("one-time-password");
          return response;
        },
        clock);
  }
  StatusOr<AuthContext> Create(const CallContext& ctx, const AuthContext& request) {
    return Create(ctx, request, *database);
  }
  int64_t Count(const std::string& what) {
    return (*admin->Query("SELECT COUNT(*) FROM " + what))[0].Int(0).value();
  }
};

TEST_CASE_METHOD(Fixture,
                 "a repeat with the same key and request gets the same answer and creates nothing",
                 "[store][idempotency]") {
  const StatusOr<AuthContext> first = Create(Caller("alice", "k1"), Request("disk"));
  REQUIRE(first.ok());
  const StatusOr<AuthContext> second = Create(Caller("alice", "k1"), Request("disk"));
  REQUIRE(second.ok());
  CHECK(second->user_id() == first->user_id());
  CHECK(second->audit_id() == "one-time-password");
  CHECK(runs == 1);
  CHECK(Count("thing") == 1);
}

TEST_CASE_METHOD(Fixture, "a repeat with another request is refused", "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "k1"), Request("disk")).ok());
  const Status status = Create(Caller("alice", "k1"), Request("other")).status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(ReasonOf(status) == "IDEMPOTENCY_MISMATCH");
  CHECK(Count("thing") == 1);
}

TEST_CASE_METHOD(Fixture, "without a key or without a user every call creates",
                 "[store][idempotency]") {
  for (int i = 0; i < 2; ++i) REQUIRE(Create(Caller("alice", ""), Request("disk")).ok());
  for (int i = 0; i < 2; ++i) REQUIRE(Create(Caller("", "k1"), Request("disk")).ok());
  CHECK(Count("thing") == 4);
  CHECK(Count("idempotency") == 0);
}

TEST_CASE_METHOD(Fixture, "one key means something else to each user, project and rpc",
                 "[store][idempotency]") {
  CallContext project = Caller("alice", "k1"), method = Caller("alice", "k1");
  project.request.auth.set_project_id("other");
  method.rpc_method = "/test.v1.Things/CreateOther";
  for (const CallContext& ctx : {Caller("alice", "k1"), Caller("bob", "k1"), project, method}) {
    REQUIRE(Create(ctx, Request("disk")).ok());
  }
  CHECK(Count("thing") == 4);
}

TEST_CASE_METHOD(Fixture, "a create that fails leaves no key behind", "[store][idempotency]") {
  CHECK(ReasonOf(Create(Caller("alice", "k1"), Request("bad")).status()) == "BAD");
  CHECK(Count("idempotency") == 0);
  CHECK(Count("thing") == 0);
  CHECK(Create(Caller("alice", "k1"), Request("disk")).ok());  // even with another request
}

TEST_CASE_METHOD(Fixture, "a key is forgotten after 24 hours and its row replaced",
                 "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "k1"), Request("disk")).ok());
  clock.Advance(absl::Hours(24) - absl::Seconds(1));
  CHECK(ReasonOf(Create(Caller("alice", "k1"), Request("other")).status()) ==
        "IDEMPOTENCY_MISMATCH");
  clock.Advance(absl::Seconds(2));
  CHECK(Create(Caller("alice", "k1"), Request("other")).ok());
  CHECK(Count("thing") == 2);
  CHECK(Count("idempotency") == 1);
}

TEST_CASE_METHOD(Fixture, "purging removes expired keys only", "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "old"), Request("disk")).ok());
  clock.Advance(absl::Hours(23));
  REQUIRE(Create(Caller("alice", "young"), Request("disk")).ok());
  clock.Advance(absl::Hours(2));
  CHECK(Purge(Deadline(), *database, RealIds(), clock).value() == 1);
  CHECK(Count("idempotency") == 1);
}

TEST_CASE_METHOD(Fixture, "neither the key nor the answer can be read from the database",
                 "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "my-secret-key"), Request("disk")).ok());
  const auto hits = [&](const std::string& text) {
    return Count(
               "idempotency WHERE CONCAT(scope_hash, key_hash, request_hash, answer) LIKE BINARY "
               "'%" +
               text + "%'") +
           Count("txn WHERE result LIKE BINARY '%" + text + "%'");
  };
  CHECK(hits("one-time") == 0);
  CHECK(hits("my-secret") == 0);
  CHECK(Count("txn WHERE LENGTH(result) > 40") == 1);  // the control: an answer is there
  CHECK(Count("idempotency WHERE LENGTH(answer) > 40") == 1);
}

TEST_CASE_METHOD(Fixture, "what is kept of a request tells nothing without the client's key",
                 "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "k1"), Request("a-password")).ok());
  REQUIRE(Create(Caller("alice", "k2"), Request("a-password")).ok());
  REQUIRE(Count("idempotency") == 2);
  // One request, two keys: nothing that somebody without the keys could compute.
  CHECK(Count("(SELECT DISTINCT request_hash FROM idempotency) AS hashes") == 2);
}

TEST_CASE_METHOD(Fixture, "an answer moved to another row does not open", "[store][idempotency]") {
  REQUIRE(Create(Caller("alice", "k1"), Request("disk")).ok());
  REQUIRE(admin->Query("UPDATE idempotency SET answer = REVERSE(answer)").ok());
  CHECK(absl::IsInternal(Create(Caller("alice", "k1"), Request("disk")).status()));
}

TEST_CASE_METHOD(Fixture, "threads that race with one key create once and all get the same answer",
                 "[store][idempotency]") {
  for (int round = 0; round < 5; ++round) {
    const std::string key = "race" + std::to_string(round);
    std::vector<StatusOr<AuthContext>> answers(6, absl::UnknownError("not run"));
    std::vector<std::thread> threads;
    for (StatusOr<AuthContext>& answer : answers) {
      threads.emplace_back([&] { answer = Create(Caller("alice", key), Request("disk")); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const StatusOr<AuthContext>& answer : answers) {
      REQUIRE(answer.ok());
      CHECK(answer->user_id() == answers[0]->user_id());
    }
    CHECK(Count("thing") == round + 1);
  }
}

TEST_CASE_METHOD(Fixture, "an answer of COMMIT that gets lost changes nothing",
                 "[store][idempotency]") {
  testing::CuttingProxy proxy(server.port());
  db::Options through = options;
  through.nodes = {proxy.address()};
  const auto shaky = db::Connect(through).value();
  for (const testing::Cut cut : {testing::Cut::kAfterCommit, testing::Cut::kBeforeCommit}) {
    const int64_t before = Count("thing");
    const std::string key = "cut" + std::to_string(static_cast<int>(cut));
    proxy.Arm(cut);
    const StatusOr<AuthContext> answer = Create(Caller("alice", key), Request("disk"), *shaky);
    REQUIRE(answer.ok());
    CHECK(answer->audit_id() == "one-time-password");
    CHECK(Count("thing WHERE id = '" + answer->user_id() + "'") == 1);
    CHECK(Count("thing") == before + 1);
    CHECK(Create(Caller("alice", key), Request("disk"))->user_id() == answer->user_id());
  }
  CHECK(proxy.cuts_done() == 2);
}

TEST_CASE_METHOD(Fixture, "a key of more than 255 bytes is refused", "[store][idempotency]") {
  CHECK(Create(Caller("alice", std::string(255, 'k')), Request("disk")).ok());
  CHECK(ReasonOf(Create(Caller("alice", std::string(256, 'k')), Request("disk")).status()) ==
        "IDEMPOTENCY_KEY_INVALID");
}

}  // namespace
}  // namespace tstack::idempotency
