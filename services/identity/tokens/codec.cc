#include "services/identity/tokens/codec.h"

#include <utility>
#include <vector>

#include "common/crypto/encoding.h"
#include "services/identity/tokens/fernet.h"

namespace tstack::identity::tokens {
namespace {

StatusOr<FernetMessage> Decrypt(const KeySet& set, std::string_view token) {
  std::vector<std::string_view> keys;
  for (const TokenKey& key : set.keys) keys.push_back(key.bytes.Expose());
  return FernetDecrypt(keys, token);
}

}  // namespace

StatusOr<std::string> TokenCodec::Write(const CallContext& ctx, const Payload& payload,
                                        absl::Time issued_at) {
  ASSIGN_OR_RETURN(const auto set, ring_.Current(ctx));
  return FernetEncrypt(set->primary().bytes.Expose(), issued_at, ids_.RandomBytes(16),
                       EncodePayload(payload, methods_));
}

StatusOr<OpenedToken> TokenCodec::Open(const CallContext& ctx, std::string_view token) {
  ASSIGN_OR_RETURN(auto set, ring_.Current(ctx));
  auto message = Decrypt(*set, token);
  if (!message.ok() && token.size() <= kMaxTokenSize && ring_.RefreshForUnknown(ctx)) {
    ASSIGN_OR_RETURN(set, ring_.Current(ctx));
    message = Decrypt(*set, token);
  }
  if (!message.ok()) return message.status();
  auto payload = DecodePayload(message->plaintext, methods_);
  if (!payload.ok()) {
    return Error(StatusCode::kUnauthenticated, "TOKEN_INVALID",
                 "the token is of a kind that is not offered");
  }
  return OpenedToken{*std::move(payload), message->created_at};
}

std::string TokenCodec::NewAuditId() { return crypto::Base64Url(ids_.RandomBytes(16)); }

}  // namespace tstack::identity::tokens
