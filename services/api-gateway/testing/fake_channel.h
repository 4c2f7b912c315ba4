// Backends without processes. For tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/rpc/channel.h"
#include "common/status/status.h"
#include "tstack/identity/v1/authority.pb.h"

namespace tstack::gateway {

// One call as the backend sees it.
struct FakeCall {
  CallContext ctx;
  std::string path;
  std::string request;
  rpc::CallOptions options;
};

// Answers by path: unary calls at once and on the caller's thread, streams on a thread of their
// own, as a receiver may block there. Thread-safe.
class FakeBackend final : public rpc::Channel {
 public:
  ~FakeBackend() override;
  using Unary = std::function<StatusOr<rpc::Reply>(const FakeCall&)>;
  // Sends items by `item` (false: stop) and returns how the stream ends.
  using Stream =
      std::function<Status(const FakeCall&, const std::function<bool(std::string)>& item)>;

  void On(const std::string& path, Unary answer) { unary_[path] = std::move(answer); }
  // One that answers later, by `done`, from any thread.
  using Slow = std::function<void(const FakeCall&, Done done)>;
  void OnSlow(const std::string& path, Slow answer) { slow_[path] = std::move(answer); }
  void OnStream(const std::string& path, Stream answer) { stream_[path] = std::move(answer); }

  void CallAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                 const rpc::CallOptions& options, Done done) override;
  void StreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                   const rpc::CallOptions& options,
                   std::function<bool(std::string item_bytes)> on_item,
                   std::function<void(Status, common::v1::ResponseMetadata)> done) override;

 private:
  std::map<std::string, Unary, std::less<>> unary_;  // set before the first call
  std::map<std::string, Slow, std::less<>> slow_;
  std::map<std::string, Stream, std::less<>> stream_;
  absl::Mutex mutex_;
  std::vector<std::thread> streams_ ABSL_GUARDED_BY(mutex_);
};

// Identity's Authority: tokens, changes, streams; may be gone, silent, slow or lagging.
// Thread-safe.
class FakeAuthority final : public rpc::Channel {
 public:
  ~FakeAuthority() override;

  void AddToken(const std::string& token, common::v1::AuthContext context);
  // One change that ends the token.
  void Revoke(const std::string& token);
  void Beat();
  // Ends all streams and refuses calls until called with false.
  void SetDown(bool down);
  // Accepts streams and says nothing on them.
  void SetSilent(bool silent);
  // Answers are read at once but only delivered by Release().
  void SetHold(bool hold);
  void Release();

  int questions() const;
  int open_streams() const;
  int64_t last_after_seq() const;

  void CallAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                 const rpc::CallOptions& options, Done done) override;
  void StreamAsync(const CallContext& ctx, std::string_view path, std::string request_bytes,
                   const rpc::CallOptions& options,
                   std::function<bool(std::string item_bytes)> on_item,
                   std::function<void(Status, common::v1::ResponseMetadata)> done) override;

 private:
  struct Watcher;
  StatusOr<rpc::Reply> Answer(const identity::v1::AuthenticateRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(const identity::v1::AuthEvent& event);
  std::vector<std::shared_ptr<Watcher>> OpenWatchers();

  mutable absl::Mutex mutex_;
  std::map<std::string, common::v1::AuthContext> tokens_ ABSL_GUARDED_BY(mutex_);
  std::vector<identity::v1::AuthEvent> history_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Watcher>> watchers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<Done, StatusOr<rpc::Reply>>> held_ ABSL_GUARDED_BY(mutex_);
  bool down_ ABSL_GUARDED_BY(mutex_) = false;
  bool silent_ ABSL_GUARDED_BY(mutex_) = false;
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  int questions_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t seq_ ABSL_GUARDED_BY(mutex_) = 100;
  int64_t last_after_seq_ ABSL_GUARDED_BY(mutex_) = -1;
};

// Hands a channel that somebody else owns to an owner of channels.
std::unique_ptr<rpc::Channel> Borrow(rpc::Channel& channel);

}  // namespace tstack::gateway
