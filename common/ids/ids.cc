#include "common/ids/ids.h"

#include <openssl/rand.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "common/ids/uuid.h"
#include "common/time/clock.h"

namespace tstack {
namespace {

// Without randomness no key and no id is safe: dying is the only honest answer.
void Fill(void* bytes, size_t size) {
  if (RAND_bytes(static_cast<unsigned char*>(bytes), static_cast<int>(size)) != 1) std::abort();
}

std::atomic<int> forks{0};

// Random bytes in advance: the generator's price is per call. A child process must not go on with
// its parent's.
class Block {
 public:
  void Take(void* out, size_t size) {
    if (left_ < size || forks_ != forks.load(std::memory_order_relaxed)) Refill();
    left_ -= size;
    std::memcpy(out, bytes_.data() + left_, size);
  }

 private:
  void Refill() {
    forks_ = forks.load(std::memory_order_relaxed);
    Fill(bytes_.data(), bytes_.size());
    left_ = bytes_.size();
  }

  std::array<unsigned char, 1024> bytes_{};
  size_t left_ = 0;
  int forks_ = 0;
};

class SecureIds final : public IdSource {
 public:
  SecureIds() {
    ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
  }

  std::string Uuid() override { return FormatUuid(ForId(), 4); }

  std::string TimeOrderedUuid() override {
    return FormatUuid(WithTimestamp(ForId(), RealClock().Now()), 7);
  }

  // Not in advance: what becomes a key is nowhere else.
  std::string RandomBytes(size_t size) override {
    std::string bytes(size, '\0');
    Fill(bytes.data(), size);
    return bytes;
  }

  uint64_t Uniform(uint64_t bound) override {
    uint64_t value = 0;
    OfThread().Take(&value, sizeof(value));
    return value % bound;  // bias below 2^-32 for any bound we use
  }

 private:
  static Block& OfThread() {
    thread_local Block block;
    return block;
  }
  static std::string ForId() {
    std::string bytes(16, '\0');
    OfThread().Take(bytes.data(), bytes.size());
    return bytes;
  }
};

}  // namespace

std::string IdSource::HexUuid() { return StripDashes(Uuid()); }

IdSource& RealIds() {
  static SecureIds ids;
  return ids;
}

}  // namespace tstack
