// A model of identity against the cache: whatever the order in which changes, beats and answers
// arrive, and however old the answers are, a token is never usable after its end was applied or
// told with the answer to a call, nor after its expiry, nor by a beat older than a second. Replay
// one seed: TSTACK_SEED=n.
#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "common/time/fake_clock.h"
#include "services/api-gateway/token_cache.h"

namespace tstack::gateway {
namespace {

using identity::v1::AuthenticateResponse;
using identity::v1::AuthEvent;
using identity::v1::DependencyKind;

constexpr int kTokens = 6;
constexpr int kUsers = 3;
constexpr int kProjects = 2;
constexpr absl::Duration kNoGrace = absl::ZeroDuration();

using Dependency = std::pair<DependencyKind, std::string>;

std::vector<Dependency> DependenciesOf(int token) {
  return {{identity::v1::TOKEN, std::to_string(token)},
          {identity::v1::USER, std::to_string(token % kUsers)},
          {identity::v1::PROJECT, std::to_string(token % kProjects)}};
}

// Identity as it is: every change has a number, and the state at every number is known. A change
// ends the tokens that depend on it; another one lets them live again (a role given back).
struct Identity {
  struct Step {
    Dependency changed;
    std::set<int> valid;  // afterwards
  };
  std::vector<Step> history;  // history[n] made seq n + 1
  std::set<int> initially = [] {
    std::set<int> all;
    for (int token = 0; token < kTokens; ++token) all.insert(token);
    return all;
  }();

  int64_t seq() const { return static_cast<int64_t>(history.size()); }
  const std::set<int>& ValidAt(int64_t at) const {
    return at == 0 ? initially : history[at - 1].valid;
  }
  void Change(const Dependency& changed, bool revive) {
    std::set<int> valid = ValidAt(seq());
    for (int token = 0; token < kTokens; ++token)
      for (const Dependency& dependency : DependenciesOf(token)) {
        const bool hit = dependency == changed || changed.first == identity::v1::EVERYTHING;
        if (hit && revive) valid.insert(token);
        if (hit && !revive) valid.erase(token);
      }
    history.push_back({changed, std::move(valid)});
  }
};

struct Question {
  int token;
  TokenCache::Ticket ticket;
  int64_t min_seq;  // identity reads nothing older
  bool answered = false;
  bool valid = false;
  AuthenticateResponse answer;
};

class World {
 public:
  World(uint64_t seed, TokenCacheOptions options) : random_(seed), cache_(options, clock_) {
    Reconnect();
  }

  // The number of violations after `steps` random steps.
  int Run(int steps) {
    for (int i = 0; i < steps; ++i) Step();
    return violations_;
  }
  int accepted() const { return accepted_; }

 private:
  int Pick(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  void Step() {
    const int which = Pick(16);
    if (which < 2) return Change();
    if (which < 4) return Ask();
    if (which < 6) return ReadAnswer();
    if (which < 8) return DeliverAnswer();
    if (which < 11) return DeliverEvent();
    if (which < 13) return Use();
    if (which == 13) return MakeBeat();
    if (which == 14) return clock_.Advance(absl::Milliseconds(Pick(400)));
    Rare();
  }

  void Rare() {
    const int which = Pick(10);
    if (which < 5) return Reconnect();
    if (which == 5) return Restore();
    if (which == 6) clock_.Advance(absl::Seconds(2));
  }

  void Change() {
    const std::vector<Dependency> possible = DependenciesOf(Pick(kTokens));
    Dependency changed = possible[static_cast<size_t>(Pick(3))];
    if (Pick(12) == 0) changed = {identity::v1::EVERYTHING, ""};
    identity_.Change(changed, Pick(3) == 0);
    if (Pick(3) == 0) Tell(changed);
  }
  // It was made by a call through this gateway, whose answer is here.
  void Tell(const Dependency& changed) {
    common::v1::AuthChanges told;
    told.set_seq(identity_.seq());
    told.add_changed()->set_kind(changed.first);
    told.mutable_changed(0)->set_id(changed.second);
    cache_.ApplyOwn(told);
    own_.push_back({identity_.seq(), clock_.Steady()});
  }

  // --- the stream: in order, may break off, may lag as long as it likes
  void Reconnect() { sent_ = cache_.BeginStream(), wire_.clear(), resumed_ = sent_ > 0; }

  void MakeBeat() {
    if (!resumed_) sent_ = identity_.seq(), resumed_ = true;  // starts at the newest
    for (; sent_ < identity_.seq(); ++sent_) {
      AuthEvent event;
      event.set_seq(sent_ + 1);
      const Dependency& changed = identity_.history[static_cast<size_t>(sent_)].changed;
      auto* one = event.add_changed();
      one->set_kind(changed.first);
      one->set_id(changed.second);
      wire_.push_back(std::move(event));
    }
    sent_ = identity_.seq();
    AuthEvent beat;
    beat.set_seq(sent_);
    beat.set_beat(true);
    wire_.push_back(std::move(beat));
  }

  void DeliverEvent() {
    if (wire_.empty()) return;
    const AuthEvent event = std::move(wire_.front());
    wire_.pop_front();
    cache_.Apply(event);
    applied_ = event.seq();
    knows_ = true;
    if (event.beat()) last_beat_ = clock_.Steady();
  }

  // The database is put back to an earlier state, which the watcher has passed already.
  void Restore() {
    if (applied_ < 2 || !knows_) return;
    identity_.history.resize(static_cast<size_t>(Pick(static_cast<int>(applied_))));
    for (Question& question : questions_)
      if (!question.answered) ReadInto(question);
    applied_ = 0;
    own_.clear();
    knows_ = false;  // until it hears of it, the watcher believes the old history
    Reconnect();
    sent_ = std::min(sent_, identity_.seq());
    resumed_ = true;
    MakeBeat();
    DeliverEvent();
  }

  // --- questions: read at any lag, delivered in any order
  void Ask() {
    if (questions_.size() < 8)
      questions_.push_back({Pick(kTokens), cache_.Begin(), cache_.NewestSeq()});
  }
  void ReadInto(Question& question) {
    const int64_t lag = Pick(3) == 0 ? Pick(4) : 0;
    const int64_t at = std::min(identity_.seq(), std::max(question.min_seq, identity_.seq() - lag));
    question.answered = true;
    question.valid = identity_.ValidAt(at).count(question.token) > 0;
    question.answer.set_auth_seq(at);
    question.answer.mutable_context()->set_user_id(std::to_string(question.token));
    question.answer.mutable_context()->set_expires_at_unix(absl::ToUnixSeconds(clock_.Now()) + 1 +
                                                           (Pick(2) == 0 ? Pick(4) : 99));
    for (const Dependency& dependency : DependenciesOf(question.token)) {
      auto* one = question.answer.add_depends_on();
      one->set_kind(dependency.first);
      one->set_id(dependency.second);
    }
  }
  void ReadAnswer() {
    for (Question& question : questions_)
      if (!question.answered) return ReadInto(question);
  }
  void DeliverAnswer() {
    if (questions_.empty()) return;
    const size_t which = static_cast<size_t>(Pick(static_cast<int>(questions_.size())));
    const Question question = questions_[which];
    if (!question.answered) return;
    questions_.erase(questions_.begin() + static_cast<int64_t>(which));
    if (!question.valid) return;  // 401
    const auto verdict =
        cache_.Offer(KeyOf(question.token), question.ticket, kNoGrace, question.answer);
    if (verdict.auth != nullptr) Used(question.token, *verdict.auth, /*fresh=*/true);
  }

  void Use() {
    const int token = Pick(kTokens);
    if (const SharedAuth known = cache_.Find(KeyOf(token))) Used(token, *known, /*fresh=*/false);
  }

  // The rule itself.
  void Used(int token, const common::v1::AuthContext& auth, bool fresh) {
    ++accepted_;
    const bool ended = knows_ && EndedBy(token, applied_);
    const bool old = !fresh && clock_.Steady() - last_beat_ > absl::Seconds(1);
    const bool expired = absl::FromUnixSeconds(auth.expires_at_unix()) <= clock_.Now();
    if (ended || old || expired || EndedBy(token, LatelyTold(token))) ++violations_;
  }
  // The newest change of this token that a call has told, as long as that counts.
  int64_t LatelyTold(int token) const {
    int64_t newest = 0;
    for (const auto& [seq, when] : own_) {
      if (clock_.Steady() - when >= absl::Seconds(5)) continue;
      const Dependency& changed = identity_.history[static_cast<size_t>(seq - 1)].changed;
      for (const Dependency& dependency : DependenciesOf(token))
        if (changed == dependency || changed.first == identity::v1::EVERYTHING) newest = seq;
    }
    return newest;
  }
  // Invalid at `at` although an answer read at or after it might say otherwise: then it is fine.
  bool EndedBy(int token, int64_t at) const {
    for (int64_t later = at; later <= identity_.seq(); ++later)
      if (identity_.ValidAt(later).count(token) > 0) return false;
    return true;
  }
  static std::string KeyOf(int token) { return "token" + std::to_string(token); }

  std::mt19937_64 random_;
  FakeClock clock_;
  TokenCache cache_;
  Identity identity_;
  std::deque<AuthEvent> wire_;
  std::vector<Question> questions_;
  int64_t sent_ = 0;
  bool resumed_ = false;
  int64_t applied_ = 0;
  std::vector<std::pair<int64_t, absl::Duration>> own_;  // seq, when it was told
  bool knows_ = false;
  absl::Duration last_beat_ = -absl::InfiniteDuration();
  int violations_ = 0;
  int accepted_ = 0;
};

// Violations over many seeds; the first bad seed is told.
int Violations(const TokenCacheOptions& options, int seeds, int* accepted = nullptr) {
  const char* only = std::getenv("TSTACK_SEED");
  int total = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    World world(only != nullptr ? std::strtoull(only, nullptr, 10) : seed, options);
    const int violations = world.Run(400);
    if (violations > 0 && total == 0) WARN("first seed with a violation: " << seed);
    total += violations;
    if (accepted != nullptr) *accepted += world.accepted();
    if (only != nullptr) break;
  }
  return total;
}

TEST_CASE("no interleaving leaves a revoked token usable", "[unit][gateway][token][property]") {
  int accepted = 0;
  CHECK(Violations({.capacity = 4, .remembered_changes = 6}, 1500, &accepted) == 0);
  CHECK(accepted > 5000);  // it is no cache that refuses everything
}

TEST_CASE("the property notices each rule that is left out", "[unit][gateway][token][property]") {
  CHECK(Violations({.discard_older_answers = false}, 300) > 0);
  CHECK(Violations({.require_beat = false}, 300) > 0);
  CHECK(Violations({.flush_on_regress = false}, 300) > 0);
  CHECK(Violations({.heed_own_changes = false}, 300) > 0);
  CHECK(Violations({.judge_expiry = false}, 300) > 0);
}

}  // namespace
}  // namespace tstack::gateway
