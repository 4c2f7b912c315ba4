#include "services/identity/passwords/pooled_hasher.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/crypto/secret.h"
#include "services/identity/passwords/bcrypt.h"

namespace tstack::identity::passwords {
namespace {

constexpr int kNiceness = 5;
// How often a waiter looks whether its call was cancelled.
constexpr absl::Duration kStopCheck = absl::Milliseconds(50);

Status Overloaded(absl::Duration retry_after) {
  return Unavailable("LOGIN_OVERLOADED", "too many logins at once, try again later", retry_after);
}

}  // namespace

// Shared with the pool, because a caller may give up while its job runs.
struct PooledHasher::Job {
  std::function<void()> work;
  absl::Duration since;  // of the queue, steady
  absl::Mutex mutex;
  bool done ABSL_GUARDED_BY(mutex) = false;
};

PooledHasher::PooledHasher(const PooledHasherOptions& options, IdSource& ids,
                           HasherMetrics* metrics)
    : options_(options), ids_(ids), metrics_(metrics) {
  const absl::Duration start = clock_.Steady();
  // Of a password that nobody has: what an unknown user's guess is compared with.
  dummy_hash_ = BcryptHash(ids_.HexUuid(), options_.cost, ids_.RandomBytes(16)).value_or("");
  {
    absl::MutexLock lock(&mutex_);
    hash_time_ = clock_.Steady() - start;
  }
  const int hardware = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int threads = options_.threads > 0 ? options_.threads : hardware;
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

PooledHasher::~PooledHasher() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

int PooledHasher::waiting() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(jobs_.size());
}

StatusOr<std::string> PooledHasher::Hash(const CallContext& ctx, std::string_view password) {
  if (password.size() > kBcryptMaxBytes) {
    return Error(StatusCode::kInvalidArgument, "PASSWORD_TOO_LONG",
                 "a password cannot exceed 72 bytes");
  }
  const auto secret = std::make_shared<const crypto::SecretBytes>(std::string(password));
  const auto result = std::make_shared<StatusOr<std::string>>(std::string());
  RETURN_IF_ERROR(Run(ctx, [result, secret, cost = options_.cost, salt = ids_.RandomBytes(16)] {
    *result = BcryptHash(secret->Expose(), cost, salt);
  }));
  return *std::move(result);
}

StatusOr<bool> PooledHasher::Verify(const CallContext& ctx, std::string_view password,
                                    std::string_view hash) {
  const auto secret = std::make_shared<const crypto::SecretBytes>(std::string(password));
  const auto result = std::make_shared<bool>(false);
  RETURN_IF_ERROR(Run(ctx, [result, secret, hash = std::string(hash), dummy = dummy_hash_] {
    // What bcrypt refuses without work must not answer faster.
    const bool usable = hash.size() == dummy.size() && hash.starts_with("$2");
    const bool plain = secret->Expose().find('\0') == std::string_view::npos;
    const bool matches = BcryptMatches(plain ? secret->Expose() : "", usable ? hash : dummy);
    *result = usable && plain && matches;
  }));
  return *result;
}

Status PooledHasher::VerifyNothing(const CallContext& ctx, std::string_view password) {
  return Verify(ctx, password, "").status();
}

bool PooledHasher::Outdated(std::string_view hash) const {
  constexpr size_t kKindAndCost = 7;  // "$2b$12$"
  return hash.substr(0, kKindAndCost) != dummy_hash_.substr(0, kKindAndCost);
}

Status PooledHasher::Run(const CallContext& ctx, std::function<void()> work) {
  auto job = std::make_shared<Job>();
  job->work = std::move(work);
  RETURN_IF_ERROR(Enqueue(ctx, job));
  return Await(ctx, job);
}

Status PooledHasher::Enqueue(const CallContext& ctx, const std::shared_ptr<Job>& job) {
  job->since = clock_.Steady();
  absl::MutexLock lock(&mutex_);
  const absl::Duration expected = ExpectedTime();
  const absl::Duration left = ctx.deadline - clock_.Now();
  const bool full = jobs_.size() >= static_cast<size_t>(std::max(1, options_.queue));
  // With a thread to spare the estimate is not asked: it may be wrong.
  const bool busy = running_ + static_cast<int>(jobs_.size()) >= threads();
  const bool late = busy && expected > left;
  if (full || late) {
    if (metrics_ != nullptr) metrics_->refused.Add();
    // By then the queue is gone, or short enough for as patient a caller.
    return Overloaded(full ? expected : expected - left);
  }
  jobs_.push_back(job);
  ShowWaiting();
  return absl::OkStatus();
}

absl::Duration PooledHasher::ExpectedTime() const {
  const double ahead = static_cast<double>(jobs_.size()) + running_;
  return hash_time_ * (ahead / std::max(1, threads()) + 1);
}

void PooledHasher::ShowWaiting() {
  if (metrics_ != nullptr) metrics_->waiting.Set(static_cast<double>(jobs_.size()));
}

Status PooledHasher::Await(const CallContext& ctx, const std::shared_ptr<Job>& job) {
  absl::MutexLock lock(&job->mutex);
  while (!job->done) {
    if (ctx.stop.stop_requested())
      return Error(StatusCode::kCancelled, "CANCELLED", "the login was cancelled");
    const absl::Time now = clock_.Now();
    if (now >= ctx.deadline) {
      return Error(StatusCode::kDeadlineExceeded, "LOGIN_TIMEOUT", "the login took too long");
    }
    job->mutex.AwaitWithDeadline(absl::Condition(&job->done),
                                 std::min(ctx.deadline, now + kStopCheck));
  }
  return absl::OkStatus();
}

void PooledHasher::Work() {
  // The nice value belongs to the thread on Linux.
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceness);
  const auto has_work = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !jobs_.empty();
  };
  while (true) {
    std::shared_ptr<Job> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
      ++running_;
      ShowWaiting();
    }
    // Nobody waits any more for most jobs whose caller gave up: they hold the last reference.
    if (job.use_count() > 1) RunJob(*job);
    absl::MutexLock lock(&mutex_);
    --running_;
  }
}

void PooledHasher::RunJob(Job& job) {
  constexpr double kWeight = 0.1;  // of one hash in the average
  const absl::Duration start = clock_.Steady();
  job.work();
  const absl::Duration took = clock_.Steady() - start;
  {
    absl::MutexLock lock(&mutex_);
    hash_time_ += (took - hash_time_) * kWeight;
  }
  if (metrics_ != nullptr) {
    metrics_->waits.Observe(absl::ToDoubleSeconds(start - job.since));
    metrics_->hashes.Observe(absl::ToDoubleSeconds(took));
  }
  absl::MutexLock lock(&job.mutex);
  job.done = true;
}

}  // namespace tstack::identity::passwords
