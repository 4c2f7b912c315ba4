// The whole service: real gRPC with mTLS, real MariaDB, two processes' worth of it on one database.
#include <atomic>

#include "common/metrics/golden.h"
#include "services/identity/projects/sql_project_store.h"
#include "services/identity/wiring/replica.h"

namespace tstack::identity {
namespace {

const char kWatch[] = "/tstack.identity.v1.Authority/WatchAuth";

// What a gateway hears.
class Watcher {
 public:
  Watcher(Replica& replica, int64_t after_seq) {
    v1::WatchAuthRequest request;
    request.set_after_seq(after_seq);
    CallContext ctx = testing::Deadline(absl::Minutes(5));
    ctx.stop = stop_.get_token();
    replica.channel().StreamAsync(
        ctx, kWatch, request.SerializeAsString(), {},
        [this](const std::string& bytes) { return Hear(bytes); },
        [this](const Status&, const common::v1::ResponseMetadata&) { done_ = true; });
  }
  ~Watcher() {
    stop_.request_stop();
    testing::WaitFor("stream ended", absl::Seconds(1), [this] { return done_.load(); });
  }
  int beats() const { return beats_; }
  bool Heard(v1::DependencyKind kind, const std::string& id) {
    absl::MutexLock lock(&mutex_);
    for (const v1::Dependency& change : changes_) {
      if (change.kind() == kind && change.id() == id) return true;
    }
    return false;
  }

 private:
  bool Hear(const std::string& bytes) {
    v1::AuthEvent event;
    if (!event.ParseFromString(bytes)) return false;
    if (event.beat()) ++beats_;
    absl::MutexLock lock(&mutex_);
    for (const v1::Dependency& change : event.changed()) changes_.push_back(change);
    return true;
  }

  std::stop_source stop_;
  std::atomic<bool> done_ = false;
  std::atomic<int> beats_ = 0;
  absl::Mutex mutex_;
  std::vector<v1::Dependency> changes_ ABSL_GUARDED_BY(mutex_);
};

struct Fixture {
  testing::TestMariaDb server;
  TestCloud cloud{server, "identity_service"};
  rpc::TestCertificates certificates;
  Replica a{cloud, certificates, "a.sock"};
  Replica b{cloud, certificates, "b.sock"};
};

TEST_CASE_METHOD(Fixture, "who logs in at one process is known to the other",
                 "[integration][identity][auth]") {
  const auto token = a.Login("s3cret");
  INFO(token.status().ToString());
  REQUIRE(token.ok());
  CHECK(token->project().name() == "admin");
  CHECK(token->roles_size() == 3);
  CHECK(token->catalog_size() == 2);
  const auto authority = b.Authenticate(token->id());
  REQUIRE(authority.ok());
  CHECK(authority->context().user_name() == "admin");
  CHECK(authority->context().project_name() == "admin");
  CHECK(ReasonOf(a.Login("wrong").status()) == "LOGIN_REFUSED");
  CHECK(ReasonOf(b.Authenticate("nonsense").status()) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(Fixture, "the names of identity's metrics are those of the golden file",
                 "[integration][identity][metrics]") {
  REQUIRE(a.Login("s3cret").ok());
  CHECK(metrics::DiffWithGolden(a.metrics(),
                                TSTACK_SOURCE_DIR "/services/identity/metrics.golden") == "");
}

TEST_CASE_METHOD(Fixture, "a project that is enabled again has no old tokens, and new ones at once",
                 "[integration][identity][revocation]") {
  const auto token = a.Login("s3cret");
  REQUIRE(token.ok());
  const auto projects = projects::MakeSqlProjectStore(*cloud.database, RealIds());
  google::protobuf::FieldMask mask;
  mask.add_paths("enabled");
  for (const bool enabled : {false, true}) {
    v1::ProjectChanges changes;
    changes.set_enabled(enabled);
    REQUIRE(projects->Update(testing::Deadline(), token->project().id(), changes, mask).ok());
  }
  CHECK(ReasonOf(b.Authenticate(token->id()).status()) == "TOKEN_REVOKED");
  const auto again = a.Login("s3cret");
  REQUIRE(again.ok());
  CHECK(b.Authenticate(again->id()).ok());
}

TEST_CASE_METHOD(Fixture, "a disabled project kills its tokens, and watching gateways are told",
                 "[integration][identity][watch]") {
  const auto token = a.Login("s3cret");
  REQUIRE(token.ok());
  const auto authority = b.Authenticate(token->id());
  REQUIRE(authority.ok());
  Watcher watcher(b, authority->auth_seq());
  REQUIRE(
      testing::WaitFor("first beat", absl::Milliseconds(400), [&] { return watcher.beats() > 0; }));
  const std::string project = token->project().id();
  cloud.Change("UPDATE project SET enabled = 0 WHERE name = 'admin'", v1::PROJECT, project);
  CHECK(testing::WaitFor("change streamed", absl::Milliseconds(400),
                         [&] { return watcher.Heard(v1::PROJECT, project); }));
  CHECK(ReasonOf(b.Authenticate(token->id()).status()) == "TOKEN_INVALID");
}

TEST_CASE_METHOD(
    Fixture, "with the database gone nothing is said: unavailable, no beats, and back by itself",
    "[integration][identity][faults]") {
  const auto token = a.Login("s3cret");
  REQUIRE(token.ok());
  Watcher watcher(a, 0);
  REQUIRE(
      testing::WaitFor("first beat", absl::Milliseconds(400), [&] { return watcher.beats() > 0; }));
  REQUIRE(a.service().CheckDatabase().ok());
  server.Kill9();
  CHECK_FALSE(a.service().CheckDatabase().ok());
  CHECK(a.service().CheckKeys().ok());
  CHECK(absl::IsUnavailable(a.Authenticate(token->id()).status()));
  const int beats = watcher.beats();
  CHECK(absl::IsUnavailable(a.Authenticate(token->id()).status()));
  CHECK(watcher.beats() == beats);
  server.Start();
  CHECK(testing::WaitFor("authenticates again", absl::Seconds(3),
                         [&] { return a.Authenticate(token->id()).ok(); }));
  CHECK(testing::WaitFor("beats again", absl::Seconds(3), [&] { return watcher.beats() > beats; }));
}

}  // namespace
}  // namespace tstack::identity
