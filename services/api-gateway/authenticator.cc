#include "services/api-gateway/authenticator.h"

#include <algorithm>

namespace tstack::gateway {
namespace {

constexpr char kAuthenticate[] = "/tstack.identity.v1.Authority/Authenticate";

Status Unavailable(const Status& cause) {
  Status status = Error(StatusCode::kUnavailable, "IDENTITY_UNAVAILABLE",
                        "tokens cannot be checked at the moment");
  common::v1::ErrorDetail detail = DetailOf(cause);
  detail.set_reason("IDENTITY_UNAVAILABLE");
  detail.set_retry_after_seconds(std::max(1, detail.retry_after_seconds()));
  return WithDetail(status, detail);
}

Status NoToken() {
  return Error(StatusCode::kUnauthenticated, "TOKEN_MISSING", "no token was sent");
}

}  // namespace

void Authenticator::Authenticate(const RequestContext& request, const std::string& token,
                                 const std::string& service_token, Done done) {
  if (token.empty()) return done(NoToken());
  if (service_token.empty())
    return AuthenticateOne(request, token, absl::ZeroDuration(), std::move(done));
  AuthenticateOne(request, service_token, absl::ZeroDuration(),
                  [this, request, token, done = std::move(done)](StatusOr<SharedAuth> service) {
                    if (!service.ok()) return done(service.status());
                    const absl::Duration grace =
                        MayServe(**service) ? options_.expired_grace : absl::ZeroDuration();
                    AuthenticateOne(request, token, grace,
                                    [service = *service, done](const StatusOr<SharedAuth>& user) {
                                      if (!user.ok()) return done(user.status());
                                      auto both = std::make_shared<common::v1::AuthContext>(**user);
                                      both->set_service_user_id(service->user_id());
                                      *both->mutable_service_roles() = service->roles();
                                      done(SharedAuth(std::move(both)));
                                    });
                  });
}

void Authenticator::Learn(const common::v1::ResponseMetadata& metadata) {
  if (metadata.has_auth_changes()) cache_.ApplyOwn(metadata.auth_changes());
}

bool Authenticator::MayServe(const common::v1::AuthContext& service) const {
  return std::any_of(service.roles().begin(), service.roles().end(), [this](const auto& role) {
    const auto& wanted = options_.service_roles;
    return std::find(wanted.begin(), wanted.end(), role) != wanted.end();
  });
}

void Authenticator::AuthenticateOne(const RequestContext& request, const std::string& token,
                                    absl::Duration grace, Done done) {
  const std::string key = TokenKey(token, grace);
  if (SharedAuth known = cache_.Find(key)) return done(std::move(known));
  std::shared_ptr<Question> question;
  {
    absl::MutexLock lock(&mutex_);
    std::shared_ptr<Question>& open = open_[key];
    if (open != nullptr && clock_.Steady() - open->asked <= options_.join_limit) {
      open->waiting.push_back(std::move(done));
      return;
    }
    // One that is too old to join goes on for those who wait for it, without being listed.
    question = std::make_shared<Question>();
    question->key = key;
    question->token = token;
    question->grace = grace;
    question->request = request;
    question->asked = clock_.Steady();
    question->waiting.push_back(std::move(done));
    open = question;
  }
  Ask(question);
}

void Authenticator::Ask(const std::shared_ptr<Question>& question) {
  ++question->attempts;
  question->ticket = cache_.Begin();
  CallContext ctx;
  ctx.request = question->request;
  ctx.request.min_auth_seq = cache_.NewestSeq();
  ctx.deadline = clock_.Now() + options_.ask_timeout;
  identity::v1::AuthenticateRequest request;
  request.set_token(question->token);
  request.set_expired_grace_seconds(absl::ToInt64Seconds(question->grace));
  identity_.CallAsync(
      ctx, kAuthenticate, request.SerializeAsString(), {},
      [this, question](StatusOr<rpc::Reply> reply) { OnAnswer(question, std::move(reply)); });
}

void Authenticator::OnAnswer(const std::shared_ptr<Question>& question,
                             StatusOr<rpc::Reply> reply) {
  if (absl::IsUnauthenticated(reply.status())) return Finish(question, reply.status());
  if (!reply.ok()) return Finish(question, Unavailable(reply.status()));
  identity::v1::AuthenticateResponse answer;
  if (!answer.ParseFromString(reply->bytes))
    return Finish(question, Error(StatusCode::kInternal, "BAD_REPLY",
                                  "identity's answer about a token cannot be read"));
  const TokenCache::Verdict verdict =
      cache_.Offer(question->key, question->ticket, question->grace, answer);
  if (verdict.auth != nullptr) return Finish(question, verdict.auth);
  if (!verdict.stale)
    return Finish(question,
                  Error(StatusCode::kUnauthenticated, "TOKEN_EXPIRED", "the token has expired"));
  if (question->attempts < options_.attempts) return Ask(question);
  Finish(question, Unavailable(Error(StatusCode::kUnavailable, "IDENTITY_LAGS",
                                     "identity answers with outdated facts")));
}

void Authenticator::Finish(const std::shared_ptr<Question>& question,
                           const StatusOr<SharedAuth>& result) {
  std::vector<Done> waiting;
  {
    absl::MutexLock lock(&mutex_);
    const auto open = open_.find(question->key);
    if (open != open_.end() && open->second == question) open_.erase(open);
    waiting.swap(question->waiting);
  }
  for (const Done& done : waiting) done(result);
}

}  // namespace tstack::gateway
