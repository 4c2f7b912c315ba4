// Lets ThreadSanitizer see what Abseil's locks order. Debian's Abseil is not instrumented, so a
// lock taken in it is nothing to the sanitizer, and everything it guards looks like a race. These
// definitions stand in the executable and so come before those of libabsl_synchronization.so, for
// gRPC's calls too: each tells the sanitizer and then calls the library's own (what it does by
// another of them, as all ...WithTimeout do, is not here: told once). Linked into every executable
// of the preset `tsan` (tools/cmake/targets.cmake), into nothing else.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace {

constexpr unsigned kWrite = 0;

// The library's function of this mangled name.
template <typename Function>
Function* Real(const char* name) {
  void* const found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "no %s in this Abseil\n", name);
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

// While it exists the lock is being taken; afterwards it is held.
class Taking {
 public:
  explicit Taking(absl::Mutex* mutex, unsigned flags = kWrite) : mutex_(mutex), flags_(flags) {
    __tsan_mutex_pre_lock(mutex_, flags_);
  }
  ~Taking() { __tsan_mutex_post_lock(mutex_, flags_, 0); }
  void Failed() { flags_ |= __tsan_mutex_try_lock_failed; }

 private:
  absl::Mutex* const mutex_;
  unsigned flags_;
};

class GivingBack {
 public:
  explicit GivingBack(absl::Mutex* mutex, unsigned flags = kWrite) : mutex_(mutex), flags_(flags) {
    __tsan_mutex_pre_unlock(mutex_, flags_);
  }
  ~GivingBack() { __tsan_mutex_post_unlock(mutex_, flags_); }

 private:
  absl::Mutex* const mutex_;
  const unsigned flags_;
};

// While it exists the holder waits and others may hold the lock.
class Lending {
 public:
  explicit Lending(absl::Mutex* mutex) : mutex_(mutex) {
    __tsan_mutex_pre_unlock(mutex_, kWrite);
    __tsan_mutex_post_unlock(mutex_, kWrite);
    __tsan_mutex_pre_lock(mutex_, kWrite);
  }
  ~Lending() { __tsan_mutex_post_lock(mutex_, kWrite, 0); }

 private:
  absl::Mutex* const mutex_;
};

// What happens while it exists does not count.
class Unwatched {
 public:
  Unwatched() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Unwatched() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

void Acquire(const void* address) { __tsan_acquire(const_cast<void*>(address)); }

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

#define TSTACK_REAL(name, ...)  \
  using Function = __VA_ARGS__; \
  static Function* const real = Real<Function>(name)

Mutex::~Mutex() {
  TSTACK_REAL("_ZN4absl7debian35MutexD1Ev", void(Mutex*));
  {
    // Its end counts as a write to it, and gRPC orders the ends of its own locks by means nobody
    // sees.
    const Unwatched unwatched;
    __tsan_mutex_destroy(this, kWrite);
  }
  real(this);
}

void Mutex::Lock() {
  TSTACK_REAL("_ZN4absl7debian35Mutex4LockEv", void(Mutex*));
  const Taking taking(this);
  real(this);
}

void Mutex::Unlock() {
  TSTACK_REAL("_ZN4absl7debian35Mutex6UnlockEv", void(Mutex*));
  const GivingBack giving(this);
  real(this);
}

bool Mutex::TryLock() {
  TSTACK_REAL("_ZN4absl7debian35Mutex7TryLockEv", bool(Mutex*));
  Taking taking(this, __tsan_mutex_try_lock);
  const bool taken = real(this);
  if (!taken) taking.Failed();
  return taken;
}

void Mutex::ReaderLock() {
  TSTACK_REAL("_ZN4absl7debian35Mutex10ReaderLockEv", void(Mutex*));
  const Taking taking(this, __tsan_mutex_read_lock);
  real(this);
}

void Mutex::ReaderUnlock() {
  TSTACK_REAL("_ZN4absl7debian35Mutex12ReaderUnlockEv", void(Mutex*));
  const GivingBack giving(this, __tsan_mutex_read_lock);
  real(this);
}

void Mutex::LockWhen(const Condition& condition) {
  TSTACK_REAL("_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE", void(Mutex*, const Condition&));
  const Taking taking(this);
  real(this, condition);
}

bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  TSTACK_REAL("_ZN4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
              bool(Mutex*, const Condition&, Time));
  const Taking taking(this);
  return real(this, condition, deadline);
}

void Mutex::Await(const Condition& condition) {
  TSTACK_REAL("_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE", void(Mutex*, const Condition&));
  const Lending lending(this);
  real(this, condition);
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  TSTACK_REAL("_ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
              bool(Mutex*, const Condition&, Time));
  const Lending lending(this);
  return real(this, condition, deadline);
}

// Abseil asks a waiter's condition on whatever thread holds or just releases the lock. That is in
// order, but the sanitizer cannot know it: what a condition reads does not count.
bool Condition::Eval() const {
  TSTACK_REAL("_ZNK4absl7debian39Condition4EvalEv", bool(const Condition*));
  const Unwatched unwatched;
  return real(this);
}

void CondVar::Wait(Mutex* mutex) {
  TSTACK_REAL("_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE", void(CondVar*, Mutex*));
  const Lending lending(mutex);
  real(this, mutex);
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  TSTACK_REAL("_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE",
              bool(CondVar*, Mutex*, Time));
  const Lending lending(mutex);
  return real(this, mutex, deadline);
}

void Notification::Notify() {
  TSTACK_REAL("_ZN4absl7debian312Notification6NotifyEv", void(Notification*));
  __tsan_release(this);
  real(this);
}

void Notification::WaitForNotification() const {
  TSTACK_REAL("_ZNK4absl7debian312Notification19WaitForNotificationEv", void(const Notification*));
  real(this);
  Acquire(this);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  TSTACK_REAL("_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
              bool(const Notification*, Duration));
  const bool notified = real(this, timeout);
  if (notified) Acquire(this);
  return notified;
}

bool Notification::WaitForNotificationWithDeadline(Time deadline) const {
  TSTACK_REAL("_ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
              bool(const Notification*, Time));
  const bool notified = real(this, deadline);
  if (notified) Acquire(this);
  return notified;
}

#undef TSTACK_REAL

ABSL_NAMESPACE_END
}  // namespace absl
