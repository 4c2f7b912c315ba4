// A model of the database, of this process and of others against the cache: whatever the order of
// reads, changes, looks and answers, nobody is let in by what a caller has already seen end, by
// what this process has ended itself, by what ended more than a second ago, or by another past of
// the database. Replay one seed: TSTACK_SEED=n.
#include <cstdlib>
#include <deque>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"
#include "services/identity/auth/cached_directory.h"
#include "services/identity/auth/validity.h"

namespace tstack::identity::auth {
namespace {

constexpr int kUsers = 6;
constexpr absl::Duration kBound = absl::Seconds(1);

using Subject = changes::Subject;

std::string Named(char kind, int number) { return kind + std::to_string(number); }

// What user number `user` stands on; the first is its own.
std::vector<Subject> SubjectsOf(int user) {
  return {{v1::USER, Named('u', user)},
          {v1::ASSIGNMENT, Named('u', user)},
          {v1::PROJECT, Named('p', user % 3)},
          {v1::DOMAIN, Named('d', user % 2)},
          {v1::ROLE, "r"}};
}

bool Touches(const Subject& changed, int user) {
  if (changed.first == v1::EVERYTHING) return true;
  for (const Subject& subject : SubjectsOf(user))
    if (subject == changed) return true;
  return false;
}

// The database: every change has a number, a time, and the state after it.
struct Past {
  struct Step {
    Subject changed;
    absl::Duration at;
    std::set<int> valid;
  };
  std::string name = "past";
  std::vector<Step> steps;  // steps[n] made seq n + 1

  int64_t head() const { return static_cast<int64_t>(steps.size()); }
  bool ValidAt(int user, int64_t seq) const {
    return seq == 0 || steps[static_cast<size_t>(seq - 1)].valid.count(user) > 0;
  }
  int64_t HeadAt(absl::Duration time) const {
    int64_t seq = 0;
    while (seq < head() && steps[static_cast<size_t>(seq)].at <= time) ++seq;
    return seq;
  }
  void Change(const Subject& changed, bool revive, absl::Duration now) {
    std::set<int> valid;
    for (int user = 0; user < kUsers; ++user)
      if (Touches(changed, user) ? revive : ValidAt(user, head())) valid.insert(user);
    steps.push_back({changed, now, std::move(valid)});
  }
};

// Reads the model; things may happen between its snapshot and its answer.
class ModelDirectory final : public Directory {
 public:
  ModelDirectory(const Past& past, std::function<void()> meanwhile)
      : past_(past), meanwhile_(std::move(meanwhile)) {}

  StatusOr<std::optional<Bearer>> Load(const CallContext&, const BearerQuery& query) override {
    const int user = query.user_id[1] - '0';
    Bearer bearer;
    bearer.auth_seq = past_.head();
    bearer.user_id = query.user_id;
    bearer.user_enabled = past_.ValidAt(user, past_.head());
    bearer.user_domain = bearer.scope_domain = {Named('d', user % 2), "", true};
    bearer.scope = {tokens::Scope::Kind::kProject, Named('p', user % 3)};
    bearer.roles.emplace_back().set_id("r");
    ++reads;
    meanwhile_();
    return std::optional<Bearer>(std::move(bearer));
  }
  StatusOr<std::optional<Account>> FindAccount(const CallContext&, const OwnedRef&) override {
    return std::optional<Account>();
  }
  StatusOr<SharedCatalog> Catalog(const CallContext&) override {
    return std::make_shared<const CatalogSnapshot>();
  }
  Status RecordFailure(const CallContext&, std::string_view) override { return absl::OkStatus(); }
  StatusOr<bool> ClearFailures(const CallContext&, std::string_view) override { return true; }
  Status ReplaceHash(const CallContext&, std::string_view, std::string_view,
                     std::string_view) override {
    return absl::OkStatus();
  }
  Status RevokeToken(const CallContext&, std::string_view, bool, absl::Time) override {
    return absl::OkStatus();
  }
  int reads = 0;

 private:
  const Past& past_;
  const std::function<void()> meanwhile_;
};

class World {
 public:
  World(uint64_t seed, const DirectoryCacheOptions& options)
      : random_(seed), source_(past_, [this] { Meanwhile(); }), cache_(source_, clock_, options) {}

  // The number of violations after `steps` random steps.
  int Run(int steps) {
    for (int i = 0; i < steps; ++i) Step();
    return violations_;
  }
  int hits() const { return hits_; }

 private:
  int Pick(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  void Step() {
    const int which = Pick(20);
    if (which < 7) return Ask();
    if (which < 11) return LookAtDatabase();
    if (which < 14) return Show();
    if (which < 15) return Change(/*own=*/true);
    if (which < 16) return Change(/*own=*/false);
    if (which < 18) return clock_.Advance(absl::Milliseconds(Pick(300)));
    if (Pick(25) == 0) return Restore();
    if (Pick(8) == 0) clock_.Advance(absl::Milliseconds(1200));  // the feed is silent
  }
  void Meanwhile() {
    if (busy_) return;
    busy_ = true;
    for (int i = Pick(3); i > 0; --i) Step();
    if (Pick(30) == 0) {
      Restore();
      for (int i = 0; i < 3; ++i) LookAtDatabase(), Show();
    }
    busy_ = false;
  }

  void Change(bool own) {
    const std::vector<Subject> possible = SubjectsOf(Pick(kUsers));
    Subject changed = possible[static_cast<size_t>(Pick(static_cast<int>(possible.size())))];
    if (Pick(12) == 0) changed = {v1::EVERYTHING, ""};
    past_.Change(changed, Pick(3) == 0, clock_.Steady());
    if (own) {
      common::v1::AuthChanges changes;
      changes.set_seq(past_.head());
      auto* one = changes.add_changed();
      one->set_kind(changed.first);
      one->set_id(changed.second);
      cache_.ApplyOwn(changes);
      own_.insert(past_.head());
    }
    if (Pick(2) == 0) seen_ = past_.head();  // by the gateway that hears the answer
  }

  // --- the feed: one look at a time, as old as it likes when it arrives
  void LookAtDatabase() {
    if (looking_) return;
    looking_ = true;
    began_ = clock_.Steady();
    batch_ = {past_.head(), past_.name, {}, false};
    if (past_.name != fed_name_) fed_ = std::min(fed_, past_.head());
    for (int64_t seq = fed_ + 1; seq <= past_.head() && !batch_.more; ++seq) {
      auth::Change change{seq, {}};
      const Subject& changed = past_.steps[static_cast<size_t>(seq - 1)].changed;
      change.what.set_kind(static_cast<v1::DependencyKind>(changed.first));
      change.what.set_id(changed.second);
      batch_.changes.push_back(std::move(change));
      batch_.more = batch_.changes.size() == 3 && seq < past_.head();
    }
    if (Pick(10) == 0 && !batch_.changes.empty() && !batch_.more)
      batch_.changes.erase(batch_.changes.begin());  // purged meanwhile
  }
  void Show() {
    if (!looking_) return;
    looking_ = false;
    cache_.Apply({began_, batch_});
    fed_ = batch_.more ? batch_.changes.back().seq : batch_.head;
    fed_name_ = batch_.history;
  }

  // Takes longer than what was looked at before it counts.
  void Restore() {
    const size_t kept = static_cast<size_t>(Pick(static_cast<int>(past_.head()) + 1));
    past_.steps.resize(kept);
    past_.name = "past" + std::to_string(Pick(1'000'000));
    clock_.Advance(kBound + absl::Milliseconds(100));
    for (Past::Step& step : past_.steps) step.at = std::min(step.at, clock_.Steady() - kBound);
    seen_ = 0;
    own_.clear();
    for (int i = Pick(4); i > 0; --i) Change(/*own=*/false);
  }

  // --- the callers: one gateway that says what it has seen, others that have seen nothing
  void Ask() {
    const int user = Pick(kUsers);
    const int64_t seen = Pick(2) == 0 ? seen_ : 0;
    CallContext ctx;
    ctx.request.min_auth_seq = seen;
    const int reads = source_.reads;
    const auto bearer = cache_.Load(ctx, {Named('u', user), {}, "", "", false});
    if (source_.reads != reads || !CheckBearer(**bearer).ok()) return;
    ++hits_;
    int64_t since = std::max(seen, past_.HeadAt(clock_.Steady() - kBound - absl::Nanoseconds(1)));
    for (const int64_t own : own_)
      if (Touches(past_.steps[static_cast<size_t>(own - 1)].changed, user))
        since = std::max(since, own);
    for (int64_t seq = since; seq <= past_.head(); ++seq)
      if (past_.ValidAt(user, seq)) return;
    ++violations_;
  }

  std::mt19937_64 random_;
  FakeClock clock_;
  Past past_;
  ModelDirectory source_;
  CachedDirectory cache_;
  bool busy_ = false;
  bool looking_ = false;
  absl::Duration began_;
  ChangeBatch batch_;
  int64_t fed_ = 0;  // the feed's place
  std::string fed_name_ = "past";
  int64_t seen_ = 0;
  std::set<int64_t> own_;
  int violations_ = 0;
  int hits_ = 0;
};

// Violations over many seeds; the first bad seed is told.
int Violations(const DirectoryCacheOptions& options, int seeds, int* hits = nullptr) {
  const char* only = std::getenv("TSTACK_SEED");
  int total = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    World world(only != nullptr ? std::strtoull(only, nullptr, 10) : seed, options);
    const int violations = world.Run(400);
    if (violations > 0 && total == 0) WARN("first seed with a violation: " << seed);
    total += violations;
    if (hits != nullptr) *hits += world.hits();
    if (only != nullptr) break;
  }
  return total;
}

DirectoryCacheOptions With(TrackerRules rules) {
  rules.remembered_changes = 6;
  return {.capacity = 4, .rules = rules};
}

TEST_CASE("no interleaving lets somebody in who was ended for sure",
          "[unit][identity][cache][property]") {
  int hits = 0;
  CHECK(Violations(With({}), 150, &hits) == 0);
  CHECK(hits > 1500);  // it is no cache that knows nothing
}

TEST_CASE("the property notices each rule that is left out", "[unit][identity][cache][property]") {
  CHECK(Violations(With({.need_fresh_look = false}), 15) > 0);
  CHECK(Violations(With({.honour_min_seq = false}), 15) > 0);
  CHECK(Violations(With({.heed_changes = false}), 15) > 0);
  CHECK(Violations(With({.heed_own_changes = false}), 15) > 0);
  CHECK(Violations(With({.notice_other_past = false}), 15) > 0);
  DirectoryCacheOptions keeps_all = With({});
  keeps_all.refuse_reads_of_other_past = false;
  CHECK(Violations(keeps_all, 60) > 0);
}

}  // namespace
}  // namespace tstack::identity::auth
