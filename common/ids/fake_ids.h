// Predictable ids for tests: the n-th id ends in n, randomness comes from a seed.
#pragma once

#include <random>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/ids/ids.h"
#include "common/ids/uuid.h"

namespace tstack {

// Thread-safe; the same seed gives the same sequence.
class FakeIds final : public IdSource {
 public:
  explicit FakeIds(uint64_t seed = 1) : random_(seed) {}

  std::string Uuid() override { return FormatUuid(Counted(), 4); }
  std::string TimeOrderedUuid() override { return FormatUuid(Counted(), 7); }
  std::string RandomBytes(size_t size) override {
    absl::MutexLock lock(&mutex_);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  uint64_t Uniform(uint64_t bound) override {
    absl::MutexLock lock(&mutex_);
    return random_() % bound;
  }

 private:
  std::string Counted() {
    absl::MutexLock lock(&mutex_);
    ++count_;
    std::string bytes(16, '\0');
    for (int i = 0; i < 4; ++i) bytes[15 - i] = static_cast<char>(count_ >> (8 * i));
    return bytes;
  }

  absl::Mutex mutex_;
  uint64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tstack
