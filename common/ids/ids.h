// Identifiers and randomness as a dependency.
#pragma once

#include <cstdint>
#include <string>

namespace tstack {

// Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // A random 128-bit UUID (version 4), "0f411f61-16e0-4dd7-9222-6f2e32c150ce".
  virtual std::string Uuid() = 0;
  // The same without dashes, as keystone writes ids.
  std::string HexUuid();
  // A UUID whose text order is its time order (version 7): operations, transactions, events.
  virtual std::string TimeOrderedUuid() = 0;
  // `size` bytes fit for keys, from the operating system (not from a seed) in production.
  virtual std::string RandomBytes(size_t size) = 0;
  // Uniform in [0, bound); bound > 0. For jitter and choices, not for secrets.
  virtual uint64_t Uniform(uint64_t bound) = 0;
};

// Cryptographically strong, process-wide.
IdSource& RealIds();

}  // namespace tstack
