#include "services/api-gateway/auth_watcher.h"

#include <algorithm>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/log/log.h"

namespace tstack::gateway {
namespace {

constexpr char kWatchAuth[] = "/tstack.identity.v1.Authority/WatchAuth";

}  // namespace

// Shared with the channel's threads.
struct AuthWatcher::Stream {
  absl::Mutex mutex;
  int events ABSL_GUARDED_BY(mutex) = 0;
  int seen ABSL_GUARDED_BY(mutex) = 0;
  bool done ABSL_GUARDED_BY(mutex) = false;
  Status status ABSL_GUARDED_BY(mutex);

  bool Changed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return done || events != seen; }
  bool Done() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return done; }
};

AuthWatcher::AuthWatcher(rpc::Channel& identity, TokenCache& cache, IdSource& ids, Sleeper& sleeper,
                         const AuthWatcherOptions& options)
    : identity_(identity),
      cache_(cache),
      ids_(ids),
      sleeper_(sleeper),
      options_(options),
      thread_([this](std::stop_token stop) { Run(std::move(stop)); }) {}

AuthWatcher::~AuthWatcher() = default;

void AuthWatcher::Run(std::stop_token stop) {
  absl::Duration pause = options_.first_pause;
  while (!stop.stop_requested()) {
    const bool worked = Watch(stop);
    pause = worked ? options_.first_pause : std::min(pause * 2, options_.longest_pause);
    const double jitter = 0.5 + static_cast<double>(ids_.Uniform(1000)) / 1000.0;
    sleeper_.Sleep(pause * jitter, stop);
  }
}

bool AuthWatcher::Watch(std::stop_token stop) {
  ++streams_;
  std::stop_source cut;
  std::stop_callback on_stop(stop, [&cut] { cut.request_stop(); });
  CallContext ctx;
  ctx.request.request_id = "req-" + ids_.Uuid();
  ctx.stop = cut.get_token();
  identity::v1::WatchAuthRequest request;
  request.set_after_seq(cache_.BeginStream());
  auto stream = std::make_shared<Stream>();
  identity_.StreamAsync(
      ctx, kWatchAuth, request.SerializeAsString(), {},
      [this, stream, cancelled = cut.get_token()](std::string bytes) {
        identity::v1::AuthEvent event;
        if (cancelled.stop_requested() || !event.ParseFromString(bytes)) return false;
        cache_.Apply(event);
        absl::MutexLock lock(&stream->mutex);
        ++stream->events;
        return true;
      },
      [stream](Status status, const common::v1::ResponseMetadata&) {
        absl::MutexLock lock(&stream->mutex);
        stream->status = std::move(status);
        stream->done = true;
      });

  absl::MutexLock lock(&stream->mutex);
  const absl::Condition changed(stream.get(), &Stream::Changed);
  while (stream->mutex.AwaitWithTimeout(changed, options_.silence) && !stream->done)
    stream->seen = stream->events;
  if (!stream->done) {
    log::Warn("auth_stream_silent", {{"silence_s", options_.silence}},
              "no beat from identity: opening another stream");
    stream->mutex.Unlock();
    cut.request_stop();
    stream->mutex.Lock();
    stream->mutex.Await(absl::Condition(stream.get(), &Stream::Done));
  } else if (!stop.stop_requested()) {
    log::Warn(ctx, "auth_stream_ended", {{"error", stream->status}}, "opening another stream");
  }
  return stream->events > 0;
}

}  // namespace tstack::gateway
