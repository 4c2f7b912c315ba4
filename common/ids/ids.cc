#include "common/ids/ids.h"

#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

#include "common/ids/uuid.h"
#include "common/time/clock.h"

namespace tstack {
namespace {

class SecureIds final : public IdSource {
 public:
  std::string Uuid() override { return FormatUuid(RandomBytes(16), 4); }

  std::string TimeOrderedUuid() override {
    return FormatUuid(WithTimestamp(RandomBytes(16), RealClock().Now()), 7);
  }

  std::string RandomBytes(size_t size) override {
    std::string bytes(size, '\0');
    // Without randomness no key and no id is safe: dying is the only honest answer.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1)
      std::abort();
    return bytes;
  }

  uint64_t Uniform(uint64_t bound) override {
    uint64_t value = 0;
    std::memcpy(&value, RandomBytes(sizeof(value)).data(), sizeof(value));
    return value % bound;  // bias below 2^-32 for any bound we use
  }
};

}  // namespace

std::string IdSource::HexUuid() { return StripDashes(Uuid()); }

IdSource& RealIds() {
  static SecureIds ids;
  return ids;
}

}  // namespace tstack
