#include "services/api-gateway/streamed_list.h"

#include <utility>

namespace tstack::gateway {
namespace {

// Below this an answer still waits for its end: it can turn into an error with a proper status.
constexpr size_t kHoldBack = 32 * 1024;

}  // namespace

StreamedList::StreamedList(std::shared_ptr<RestCall> call)
    : call_(std::move(call)),
      renderer_(call_->transcoder().MakeStreamRenderer(call_->exchange(), call_->call())),
      collected_(renderer_->Begin()) {}

void StreamedList::Run(std::shared_ptr<RestCall> call) {
  auto list = std::make_shared<StreamedList>(call);
  call->backend().PacedStreamAsync(
      call->ctx(), call->call().route->rpc_path, call->call().request_bytes, call->call_options(),
      [list](const std::string& bytes, const rpc::Channel::Next& next) {
        list->OnItem(bytes, next);
      },
      [list](const Status& status, const common::v1::ResponseMetadata&) { list->OnEnd(status); });
}

void StreamedList::OnItem(const std::string& bytes, const rpc::Channel::Next& next) {
  auto text = renderer_->Item(bytes);
  if (!text.ok()) {
    Break(text.status());
    return next(false);
  }
  collected_ += *text;
  if (renderer_->Full()) return next(false);
  if (collected_.size() < kHoldBack) return next(true);
  Flush(next);
}

// A slow client holds back the backend, not a thread.
void StreamedList::Flush(const rpc::Channel::Next& next) {
  if (!stream_) stream_.emplace(call_->Start(renderer_->Head()));
  sent_ += collected_.size();
  stream_->Write(std::exchange(collected_, {}));
  stream_->WhenReady([self = shared_from_this(), next](bool alive) {
    if (!alive) self->Break(Error(StatusCode::kUnavailable, "CLIENT_GONE", "the client went away"));
    next(alive);
  });
}

void StreamedList::OnEnd(const Status& status) {
  if (broken_) return;
  // A full page ends the stream from our side.
  if (!status.ok() && !renderer_->Full()) return Break(status);
  collected_ += renderer_->End();
  if (!stream_) {
    http::Response response = renderer_->Head();
    response.body = std::move(collected_);
    return call_->Send(std::move(response));
  }
  sent_ += collected_.size();
  stream_->Write(std::move(collected_));
  stream_->Finish();
  call_->StreamEnded(sent_, absl::OkStatus());
}

// Before the answer has begun it becomes an error; after that the client must see that it is cut.
void StreamedList::Break(const Status& status) {
  broken_ = true;
  if (!stream_) return call_->Fail(status);
  stream_->Abort();
  call_->StreamEnded(sent_, status);
}

}  // namespace tstack::gateway
