#include "services/identity/passwords/pooled_hasher.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/crypto/secret.h"
#include "common/time/clock.h"
#include "services/identity/passwords/bcrypt.h"

namespace tstack::identity::passwords {
namespace {

constexpr int kNiceness = 5;
constexpr int kRetryAfterSeconds = 2;
// How often a waiter looks whether its call was cancelled.
constexpr absl::Duration kStopCheck = absl::Milliseconds(50);

Status Overloaded() {
  Status status = Error(StatusCode::kUnavailable, "LOGIN_OVERLOADED",
                        "too many logins at once, try again later");
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_retry_after_seconds(kRetryAfterSeconds);
  return WithDetail(status, detail);
}

}  // namespace

// Shared with the pool, because a caller may give up while its job runs.
struct PooledHasher::Job {
  std::function<void()> work;
  absl::Mutex mutex;
  bool done ABSL_GUARDED_BY(mutex) = false;
};

PooledHasher::PooledHasher(const PooledHasherOptions& options, IdSource& ids)
    : options_(options), ids_(ids) {
  // Of a password that nobody has: what an unknown user's guess is compared with.
  dummy_hash_ = BcryptHash(ids_.HexUuid(), options_.cost, ids_.RandomBytes(16)).value_or("");
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

Status PooledHasher::Run(const CallContext& ctx, std::function<void()> work) {
  auto job = std::make_shared<Job>();
  job->work = std::move(work);
  RETURN_IF_ERROR(Enqueue(job));
  return Await(ctx, job);
}

Status PooledHasher::Enqueue(const std::shared_ptr<Job>& job) {
  absl::MutexLock lock(&mutex_);
  if (jobs_.size() >= static_cast<size_t>(std::max(1, options_.queue))) return Overloaded();
  jobs_.push_back(job);
  return absl::OkStatus();
}

Status PooledHasher::Await(const CallContext& ctx, const std::shared_ptr<Job>& job) {
  absl::MutexLock lock(&job->mutex);
  while (!job->done) {
    if (ctx.stop.stop_requested())
      return Error(StatusCode::kCancelled, "CANCELLED", "the login was cancelled");
    const absl::Time now = RealClock().Now();
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
    }
    // Nobody waits any more for most jobs whose caller gave up: they hold the last reference.
    if (job.use_count() == 1) continue;
    job->work();
    absl::MutexLock lock(&job->mutex);
    job->done = true;
  }
}

}  // namespace tstack::identity::passwords
