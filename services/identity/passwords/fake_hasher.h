// A Hasher that costs nothing and counts its calls. For tests.
#pragma once

#include <atomic>

#include "services/identity/passwords/hasher.h"

namespace tstack::identity::passwords {

// Thread-safe. The "hash" of x is "plain:x"; "older:x" is an outdated one.
class FakeHasher final : public Hasher {
 public:
  StatusOr<std::string> Hash(const CallContext&, std::string_view password) override {
    ++hashes_;
    return "plain:" + std::string(password);
  }
  StatusOr<bool> Verify(const CallContext&, std::string_view password,
                        std::string_view hash) override {
    ++verifications_;
    return hash == "plain:" + std::string(password) || hash == "older:" + std::string(password);
  }
  Status VerifyNothing(const CallContext&, std::string_view) override {
    ++verifications_;
    return absl::OkStatus();
  }
  bool Outdated(std::string_view hash) const override { return hash.starts_with("older:"); }
  int hashes() const { return hashes_; }
  // Real and dummy ones together: what an observer could time.
  int verifications() const { return verifications_; }

 private:
  std::atomic<int> hashes_ = 0;
  std::atomic<int> verifications_ = 0;
};

}  // namespace tstack::identity::passwords
