#include "services/identity/tokens/key_ring.h"

#include <utility>

#include "common/log/log.h"

namespace tstack::identity::tokens {

std::shared_ptr<const KeySet> KeyRing::Last() const {
  absl::MutexLock lock(&mutex_);
  return set_;
}

StatusOr<std::shared_ptr<const KeySet>> KeyRing::Current(const CallContext& ctx) {
  if (auto set = Last()) return set;
  RETURN_IF_ERROR(Refresh(ctx));
  return Last();
}

Status KeyRing::Refresh(const CallContext& ctx) {
  ASSIGN_OR_RETURN(KeySet loaded, store_.Load(ctx));
  auto fresh = std::make_shared<const KeySet>(std::move(loaded));
  absl::MutexLock lock(&mutex_);
  // A slow reader must not bring back an older set.
  if (set_ == nullptr || fresh->generation >= set_->generation) set_ = std::move(fresh);
  return absl::OkStatus();
}

bool KeyRing::RefreshForUnknown(const CallContext& ctx) {
  const auto before = Last();
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = clock_.Steady();
    if (now - last_miss_ < absl::Seconds(1)) return false;
    last_miss_ = now;
  }
  if (!Refresh(ctx).ok()) return false;
  const auto after = Last();
  return before == nullptr || after->generation != before->generation;
}

Status KeyRing::Rotate(const CallContext& ctx) {
  RETURN_IF_ERROR(Refresh(ctx));
  const RotationRules rules{options_.max_active_keys, 2 * options_.refresh};
  RETURN_IF_ERROR(store_.Rotate(ctx, Last()->generation, rules));
  log::Info(ctx, "token_keys_rotated", {{"generation", Last()->generation + 1}});
  return Refresh(ctx);
}

void KeyRing::Tick(const CallContext& ctx) {
  if (const Status status = Refresh(ctx); !status.ok()) {
    log::Warn(ctx, "token_keys_refresh_failed", {{"error", status}},
              "the keys read before stay in use");
    return;
  }
  if (options_.lifetime <= absl::ZeroDuration() ||
      Last()->primary().signing_age < options_.lifetime)
    return;
  const Status status = Rotate(ctx);
  // A peer that was faster is fine, and a young staged key is old enough at a later tick.
  if (status.ok() || absl::IsAborted(status) || absl::IsFailedPrecondition(status)) return;
  log::Warn(ctx, "token_keys_rotation_failed", {{"error", status}});
}

}  // namespace tstack::identity::tokens
