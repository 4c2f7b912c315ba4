#include "services/api-gateway/testing/fake_channel.h"

#include <algorithm>
#include <optional>
#include <stop_token>

namespace tstack::gateway {
namespace {

Status Gone() {
  return Error(StatusCode::kUnavailable, "BACKEND_UNAVAILABLE", "the backend is gone");
}

class Borrowed final : public rpc::Channel {
 public:
  explicit Borrowed(rpc::Channel& channel) : channel_(channel) {}
  void CallAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                 const rpc::CallOptions& options, Done done) override {
    channel_.CallAsync(ctx, path, std::move(request_bytes), options, std::move(done));
  }
  void StreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                   const rpc::CallOptions& options,
                   std::function<bool(std::string item_bytes)> on_item,
                   std::function<void(Status, common::v1::ResponseMetadata)> done) override {
    channel_.StreamAsync(ctx, path, std::move(request_bytes), options, std::move(on_item),
                         std::move(done));
  }

 private:
  rpc::Channel& channel_;
};

}  // namespace

std::unique_ptr<rpc::Channel> Borrow(rpc::Channel& channel) {
  return std::make_unique<Borrowed>(channel);
}

// ------------------------------------------------------------------------------------ FakeBackend

void FakeBackend::CallAsync(const CallContext& ctx, std::string_view path,
                            std::string request_bytes, const rpc::CallOptions& options, Done done) {
  if (const auto slow = slow_.find(path); slow != slow_.end())
    return slow->second({ctx, std::string(path), std::move(request_bytes), options},
                        std::move(done));
  const auto answer = unary_.find(path);
  if (answer == unary_.end()) return done(Gone());
  done(answer->second({ctx, std::string(path), std::move(request_bytes), options}));
}

void FakeBackend::StreamAsync(const CallContext& ctx, std::string_view path,
                              std::string request_bytes, const rpc::CallOptions& options,
                              std::function<bool(std::string)> on_item,
                              std::function<void(Status, common::v1::ResponseMetadata)> done) {
  const auto answer = stream_.find(path);
  if (answer == stream_.end()) return done(Gone(), {});
  FakeCall call{ctx, std::string(path), std::move(request_bytes), options};
  absl::MutexLock lock(&mutex_);
  streams_.emplace_back([run = answer->second, call = std::move(call), on_item = std::move(on_item),
                         done = std::move(done)] { done(run(call, on_item), {}); });
}

FakeBackend::~FakeBackend() {
  absl::MutexLock lock(&mutex_);
  for (std::thread& stream : streams_) stream.join();
}

// ---------------------------------------------------------------------------------- FakeAuthority

struct FakeAuthority::Watcher {
  std::function<bool(std::string)> on_item;
  std::function<void(Status, common::v1::ResponseMetadata)> done;
  absl::Mutex mutex;  // one item at a time, `done` last
  bool ended ABSL_GUARDED_BY(mutex) = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;

  void Item(const identity::v1::AuthEvent& event) {
    absl::MutexLock lock(&mutex);
    if (!ended) on_item(event.SerializeAsString());
  }
  void End(const Status& status) {
    {
      absl::MutexLock lock(&mutex);
      if (std::exchange(ended, true)) return;
    }
    done(status, {});
  }
};

FakeAuthority::~FakeAuthority() { SetDown(true); }

void FakeAuthority::AddToken(const std::string& token, common::v1::AuthContext context) {
  absl::MutexLock lock(&mutex_);
  context.set_audit_id("audit-" + token);
  tokens_[token] = std::move(context);
}

void FakeAuthority::Revoke(const std::string& token) {
  identity::v1::AuthEvent event;
  {
    absl::MutexLock lock(&mutex_);
    tokens_.erase(token);
    event.set_seq(++seq_);
    auto* changed = event.add_changed();
    changed->set_kind(identity::v1::TOKEN);
    changed->set_id("audit-" + token);
    history_.push_back(event);
  }
  Send(event);
}

void FakeAuthority::Beat() {
  identity::v1::AuthEvent event;
  event.set_beat(true);
  {
    absl::MutexLock lock(&mutex_);
    event.set_seq(seq_);
  }
  Send(event);
}

std::vector<std::shared_ptr<FakeAuthority::Watcher>> FakeAuthority::OpenWatchers() {
  absl::MutexLock lock(&mutex_);
  return watchers_;
}

void FakeAuthority::Send(const identity::v1::AuthEvent& event) {
  {
    absl::MutexLock lock(&mutex_);
    if (silent_) return;
  }
  for (const auto& watcher : OpenWatchers()) watcher->Item(event);
}

void FakeAuthority::SetDown(bool down) {
  std::vector<std::shared_ptr<Watcher>> ended;
  {
    absl::MutexLock lock(&mutex_);
    down_ = down;
    if (down) ended.swap(watchers_);
  }
  for (const auto& watcher : ended) watcher->End(Gone());
}

void FakeAuthority::SetSilent(bool silent) {
  absl::MutexLock lock(&mutex_);
  silent_ = silent;
}

void FakeAuthority::SetHold(bool hold) {
  absl::MutexLock lock(&mutex_);
  hold_ = hold;
}

void FakeAuthority::Release() {
  std::vector<std::pair<Done, StatusOr<rpc::Reply>>> held;
  {
    absl::MutexLock lock(&mutex_);
    held.swap(held_);
  }
  for (auto& [done, reply] : held) done(std::move(reply));
}

int FakeAuthority::questions() const {
  absl::MutexLock lock(&mutex_);
  return questions_;
}

int FakeAuthority::open_streams() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(watchers_.size());
}

int64_t FakeAuthority::last_after_seq() const {
  absl::MutexLock lock(&mutex_);
  return last_after_seq_;
}

StatusOr<rpc::Reply> FakeAuthority::Answer(const identity::v1::AuthenticateRequest& request) {
  if (down_) return Gone();
  const auto found = tokens_.find(request.token());
  if (found == tokens_.end())
    return Error(StatusCode::kUnauthenticated, "TOKEN_INVALID", "no such token");
  identity::v1::AuthenticateResponse answer;
  *answer.mutable_context() = found->second;
  answer.set_auth_seq(seq_);
  auto* dependency = answer.add_depends_on();
  dependency->set_kind(identity::v1::TOKEN);
  dependency->set_id(found->second.audit_id());
  return rpc::Reply{answer.SerializeAsString(), {}};
}

void FakeAuthority::CallAsync(const CallContext&, std::string_view, std::string request_bytes,
                              const rpc::CallOptions&, Done done) {
  identity::v1::AuthenticateRequest request;
  request.ParseFromString(request_bytes);
  StatusOr<rpc::Reply> reply = Gone();
  {
    absl::MutexLock lock(&mutex_);
    ++questions_;
    reply = Answer(request);
    if (hold_) {
      held_.emplace_back(std::move(done), std::move(reply));
      return;
    }
  }
  done(std::move(reply));
}

void FakeAuthority::StreamAsync(const CallContext& ctx, std::string_view, std::string request_bytes,
                                const rpc::CallOptions&, std::function<bool(std::string)> on_item,
                                std::function<void(Status, common::v1::ResponseMetadata)> done) {
  identity::v1::WatchAuthRequest request;
  request.ParseFromString(request_bytes);
  auto watcher = std::make_shared<Watcher>();
  watcher->on_item = std::move(on_item);
  watcher->done = std::move(done);
  std::vector<identity::v1::AuthEvent> missed;
  {
    absl::MutexLock lock(&mutex_);
    last_after_seq_ = request.after_seq();
    if (!down_) {
      watchers_.push_back(watcher);
      for (const auto& event : history_)
        if (request.after_seq() > 0 && event.seq() > request.after_seq()) missed.push_back(event);
    }
  }
  if (OpenWatchers().empty()) return watcher->End(Gone());
  for (const auto& event : missed) watcher->Item(event);
  Beat();
  watcher->on_stop.emplace(ctx.stop, [this, weak = std::weak_ptr<Watcher>(watcher)] {
    const auto cancelled = weak.lock();
    if (cancelled == nullptr) return;
    {
      absl::MutexLock lock(&mutex_);
      std::erase(watchers_, cancelled);
    }
    cancelled->End(Error(StatusCode::kCancelled, "CALL_CANCELLED", "cancelled"));
  });
}

}  // namespace tstack::gateway
