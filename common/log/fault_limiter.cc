#include "common/log/fault_limiter.h"

namespace tstack::log {

std::optional<int64_t> FaultLimiter::Admit(std::string_view key) {
  const absl::Duration now = clock_.Steady();
  absl::MutexLock lock(&mutex_);
  auto it = seen_.find(key);
  if (it == seen_.end()) {
    seen_.emplace(std::string(key), Seen{now, 0});
    return 0;
  }
  Seen& seen = it->second;
  if (now - seen.told < interval_) {
    ++seen.swallowed;
    return std::nullopt;
  }
  const int64_t swallowed = seen.swallowed;
  seen = Seen{now, 0};
  return swallowed;
}

bool FaultLimiter::Clear(std::string_view key) {
  absl::MutexLock lock(&mutex_);
  auto it = seen_.find(key);
  if (it == seen_.end()) return false;
  seen_.erase(it);
  return true;
}

}  // namespace tstack::log
