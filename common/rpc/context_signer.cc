#include "common/rpc/context_signer.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "common/config/config.h"
#include "common/crypto/crypto.h"
#include "common/rpc/context_grant.h"
#include "common/rpc/ed25519.h"

namespace tstack::rpc {
namespace {

// How long a key file is believed without looking at it again.
constexpr absl::Duration kKeyCheckInterval = absl::Seconds(5);

// Key ids come from the wire and name files: nothing but plain words.
bool IsKeyId(const std::string& id) {
  constexpr char kAllowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !id.empty() && id.size() <= 64 && id.find_first_not_of(kAllowed) == std::string::npos;
}

// What tells one version of a file from the next; empty if there is none.
std::string VersionOf(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return "";
  return absl::StrCat(info.st_ino, ".", info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec, ".",
                      info.st_size);
}

StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return InvalidContext("its key is unknown");
  return text.str();
}

Status CheckClaims(const common::v1::UserContextClaims& claims, const std::string& audience,
                   std::string_view method, std::string_view request_bytes, absl::Time now) {
  if (claims.audience() != audience) return InvalidContext("it is meant for another service");
  if (claims.method() != method) return InvalidContext("it is meant for another call");
  const absl::Time expiry = absl::FromUnixMillis(claims.expires_at_unix_ms());
  if (expiry + kContextSkew < now) {
    return Error(StatusCode::kUnauthenticated, "CONTEXT_EXPIRED", "the user context has expired");
  }
  if (expiry > now + kContextLifetime + kContextSkew) return InvalidContext("it lives too long");
  if (claims.request_sha256() != crypto::Sha256(request_bytes))
    return InvalidContext("it is meant for another request");
  return absl::OkStatus();
}

}  // namespace

struct Ed25519ContextSigner::Key {
  GrantMaker grants;
};

Ed25519ContextSigner::Ed25519ContextSigner(std::unique_ptr<Key> key, std::string key_id,
                                           const Clock& clock)
    : key_(std::move(key)), key_id_(std::move(key_id)), clock_(clock) {}
Ed25519ContextSigner::~Ed25519ContextSigner() = default;

StatusOr<std::unique_ptr<Ed25519ContextSigner>> Ed25519ContextSigner::Load(
    const std::string& private_key_file, const std::string& key_id, const Clock& clock) {
  ASSIGN_OR_RETURN(const auto pem, config::ReadSecret("file:" + private_key_file));
  auto parsed = Ed25519Key::ParsePrivate(pem.Reveal());
  if (!parsed.ok()) return Annotate(parsed.status(), private_key_file);
  std::unique_ptr<Key> key(new Key{GrantMaker(*std::move(parsed), RealIds(), clock)});
  return std::unique_ptr<Ed25519ContextSigner>(
      new Ed25519ContextSigner(std::move(key), key_id, clock));
}

std::string Ed25519ContextSigner::Sign(const common::v1::AuthContext& auth,
                                       std::string_view audience, std::string_view method,
                                       std::string_view request_bytes) const {
  common::v1::UserContextClaims claims;
  // Lent, not copied: two dozen strings for each call.
  claims.unsafe_arena_set_allocated_auth(const_cast<common::v1::AuthContext*>(&auth));
  claims.set_audience(std::string(audience));
  claims.set_method(std::string(method));
  claims.set_request_sha256(crypto::Sha256(request_bytes));
  claims.set_expires_at_unix_ms(absl::ToUnixMillis(clock_.Now() + kContextLifetime));
  common::v1::SignedUserContext context;
  context.set_claims(claims.SerializeAsString());
  claims.unsafe_arena_release_auth();
  context.set_key_id(key_id_);
  const std::shared_ptr<const Grant> grant = key_->grants.For(audience);
  context.set_signature(crypto::HmacSha256(grant->mac_key, context.claims()));
  context.set_grant(grant->bytes);
  context.set_grant_signature(grant->signature);
  return context.SerializeAsString();
}

struct ContextVerifier::Key {
  std::shared_ptr<GrantChecker> grants;  // of this version of the file: a new key knows none
  std::string version;
  absl::Duration checked;
};

ContextVerifier::ContextVerifier(std::string keys_dir, std::string audience, const Clock& clock)
    : keys_dir_(std::move(keys_dir)), audience_(std::move(audience)), clock_(clock) {}
ContextVerifier::~ContextVerifier() = default;

StatusOr<std::shared_ptr<const ContextVerifier::Key>> ContextVerifier::FindKey(
    const std::string& key_id) {
  if (keys_dir_.empty() || !IsKeyId(key_id)) return InvalidContext("its key is unknown");
  const std::string path = absl::StrCat(keys_dir_, "/", key_id, ".pem");
  const absl::Duration now = clock_.Steady();
  absl::MutexLock lock(&mutex_);
  auto it = keys_.find(key_id);
  if (it != keys_.end() && now - it->second->checked < kKeyCheckInterval) return it->second;
  const std::string version = VersionOf(path);
  auto fresh = std::make_shared<Key>();
  fresh->version = version;
  fresh->checked = now;
  if (it != keys_.end() && !version.empty() && it->second->version == version) {
    fresh->grants = it->second->grants;
  } else {
    keys_.erase(key_id);
    ASSIGN_OR_RETURN(const std::string pem, ReadFile(path));
    auto parsed = Ed25519Key::ParsePublic(pem);
    if (!parsed.ok()) return InvalidContext("its key cannot be read");
    fresh->grants = std::make_shared<GrantChecker>(*std::move(parsed), clock_);
  }
  keys_[key_id] = fresh;
  return std::shared_ptr<const Key>(fresh);
}

StatusOr<common::v1::AuthContext> ContextVerifier::Verify(std::string_view signed_context,
                                                          std::string_view method,
                                                          std::string_view request_bytes) {
  common::v1::SignedUserContext context;
  if (!context.ParseFromArray(signed_context.data(), static_cast<int>(signed_context.size()))) {
    return InvalidContext("it cannot be parsed");
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Key> key, FindKey(context.key_id()));
  ASSIGN_OR_RETURN(const std::string mac_key, key->grants->Check(context, audience_));
  if (!crypto::ConstantTimeEquals(crypto::HmacSha256(mac_key, context.claims()),
                                  context.signature())) {
    return InvalidContext("its signature is wrong");
  }
  common::v1::UserContextClaims claims;
  if (!claims.ParseFromString(context.claims())) return InvalidContext("it cannot be parsed");
  RETURN_IF_ERROR(CheckClaims(claims, audience_, method, request_bytes, clock_.Now()));
  return std::move(*claims.mutable_auth());
}

}  // namespace tstack::rpc
