#include "common/rpc/context_grant.h"

#include "common/rpc/context_signer.h"

namespace tstack::rpc {
namespace {

constexpr size_t kMacKeyBytes = 32;
constexpr size_t kMaxRemembered = 1024;

// Keeps a grant's signature from meaning anything else that the key may sign one day.
std::string SignedText(std::string_view grant_bytes) {
  return "tstack signing grant 1\n" + std::string(grant_bytes);
}

}  // namespace

Status InvalidContext(const std::string& why) {
  return Error(StatusCode::kUnauthenticated, "CONTEXT_INVALID",
               "the user context is not valid: " + why);
}

std::shared_ptr<const Grant> GrantMaker::For(std::string_view audience) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  auto it = grants_.find(audience);
  if (it != grants_.end() && now < it->second->renew_at) return it->second;
  common::v1::SigningGrant message;
  message.set_audience(std::string(audience));
  message.set_mac_key(ids_.RandomBytes(kMacKeyBytes));
  message.set_expires_at_unix_ms(absl::ToUnixMillis(now + kGrantLifetime));
  auto grant = std::make_shared<Grant>();
  grant->bytes = message.SerializeAsString();
  grant->signature = key_->Sign(SignedText(grant->bytes));
  grant->mac_key = message.mac_key();
  grant->renew_at = now + kGrantLifetime / 2;
  grants_[std::string(audience)] = grant;
  return grant;
}

StatusOr<std::string> GrantChecker::Check(const common::v1::SignedUserContext& context,
                                          std::string_view audience) {
  const absl::Time now = clock_.Now();
  std::string id = context.grant() + context.grant_signature();
  {
    absl::MutexLock lock(&mutex_);
    auto it = accepted_.find(id);
    if (it != accepted_.end() && now <= it->second.expires + kContextSkew) {
      return it->second.mac_key;
    }
  }
  ASSIGN_OR_RETURN(const Accepted accepted, Verify(context, audience, now));
  Remember(std::move(id), accepted, now);
  return accepted.mac_key;
}

StatusOr<GrantChecker::Accepted> GrantChecker::Verify(const common::v1::SignedUserContext& context,
                                                      std::string_view audience,
                                                      absl::Time now) const {
  if (!key_->Verify(SignedText(context.grant()), context.grant_signature())) {
    return InvalidContext("its grant's signature is wrong");
  }
  common::v1::SigningGrant grant;
  if (!grant.ParseFromString(context.grant()) || grant.mac_key().size() != kMacKeyBytes) {
    return InvalidContext("its grant cannot be parsed");
  }
  if (grant.audience() != audience) return InvalidContext("it is meant for another service");
  const absl::Time expires = absl::FromUnixMillis(grant.expires_at_unix_ms());
  if (expires > now + kGrantLifetime + kContextSkew) {
    return InvalidContext("its grant lives too long");
  }
  if (expires + kContextSkew < now) {
    return Error(StatusCode::kUnauthenticated, "CONTEXT_EXPIRED",
                 "the context's grant has expired");
  }
  return Accepted{grant.mac_key(), expires};
}

void GrantChecker::Remember(std::string id, const Accepted& accepted, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(accepted_,
                [now](const auto& entry) { return entry.second.expires + kContextSkew < now; });
  // Only a gateway's signature gets here, so that this bound is never reached in good order.
  if (accepted_.size() >= kMaxRemembered) accepted_.clear();
  accepted_[std::move(id)] = accepted;
}

}  // namespace tstack::rpc
