// Who a request's tokens stand for: the cache first, then identity; concurrent questions about one
// token are asked once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/rpc/channel.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "services/api-gateway/token_cache.h"

namespace tstack::gateway {

struct AuthenticatorOptions {
  // A service token counts if its user has one of these roles.
  std::vector<std::string> service_roles = {"service"};
  absl::Duration expired_grace = absl::Hours(48);
  absl::Duration ask_timeout = absl::Seconds(3);
  // A request joins a question only if it was asked at most this long ago: an answer may be read as
  // soon as the question is asked.
  absl::Duration join_limit = absl::Milliseconds(200);
  int attempts = 3;  // of answers that are older than what is known
};

// Thread-safe.
class Authenticator {
 public:
  // `done` gets the context, or kUnauthenticated, or kUnavailable with reason IDENTITY_UNAVAILABLE
  // and a retry time. It may run before the call returns, or on a thread of the channel.
  using Done = std::function<void(StatusOr<SharedAuth>)>;

  Authenticator(rpc::Channel& identity, TokenCache& cache, const Clock& clock,
                AuthenticatorOptions options)
      : identity_(identity), cache_(cache), clock_(clock), options_(std::move(options)) {}

  // Empty tokens were not sent. An expired user token is accepted beside a service token.
  void Authenticate(const RequestContext& request, const std::string& token,
                    const std::string& service_token, Done done);

  // Acts on what the answer to a call says it changed: a token that was ended through this gateway
  // is refused from the answer on, by whichever identity answers.
  void Learn(const common::v1::ResponseMetadata& metadata);
  // For RequestContext::min_auth_seq of calls to backends.
  int64_t NewestSeq() const { return cache_.NewestSeq(); }

 private:
  struct Question {
    std::string key;
    std::string token;
    absl::Duration grace;
    RequestContext request;
    TokenCache::Ticket ticket;
    absl::Duration asked;
    int attempts = 0;
    std::vector<Done> waiting;
  };

  void AuthenticateOne(const RequestContext& request, const std::string& token,
                       absl::Duration grace, Done done);
  void Ask(const std::shared_ptr<Question>& question);
  void OnAnswer(const std::shared_ptr<Question>& question, StatusOr<rpc::Reply> reply);
  void Finish(const std::shared_ptr<Question>& question, const StatusOr<SharedAuth>& result);
  bool MayServe(const common::v1::AuthContext& service) const;

  rpc::Channel& identity_;
  TokenCache& cache_;
  const Clock& clock_;
  const AuthenticatorOptions options_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Question>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tstack::gateway
