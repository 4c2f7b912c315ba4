// Transcoder::MakeStreamRenderer: an unbounded list, item by item.
#include "common/contract/answer.h"
#include "common/contract/list_writer.h"
#include "common/contract/reasons.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {
namespace {

using google::protobuf::Message;

class ListStream final : public StreamRenderer {
 public:
  ListStream(const Exchange& exchange, const RpcCall& call)
      : exchange_(exchange),
        call_(call),
        writer_(exchange, call),
        item_(call.route->plan->response_prototype->New()) {}

  http::Response Head() const override {
    // Cannot fail: there is no metadata that could name an unknown outcome.
    auto head = MakeHead(exchange_, call_, *call_.route->plan->response_prototype, {});
    if (!head.ok()) return {};
    if (exchange_.head() && ended_) head->response.headers.Set("Content-Length", Length());
    return std::move(head->response);
  }

  std::string Begin() override {
    std::string out;
    writer_.Begin(&out);
    return ForClient(std::move(out));
  }

  StatusOr<std::string> Item(std::string_view item_bytes) override {
    std::string out;
    if (Full() || (call_.page.limit > 0 && writer_.count() == call_.page.limit)) {
      more_ = true;
      return out;
    }
    if (!item_->ParseFromArray(item_bytes.data(), static_cast<int>(item_bytes.size()))) {
      return Error(StatusCode::kInternal, kBadReply,
                   "an item of " + call_.route->rpc_path + " cannot be parsed");
    }
    writer_.Item(*item_, &out);
    return ForClient(std::move(out));
  }

  bool Full() const override { return more_; }

  std::string End() override {
    std::string out;
    writer_.End(nullptr, more_, &out);
    ended_ = true;
    return ForClient(std::move(out));
  }

 private:
  // HEAD gets nothing, but its answer says how long the list would be.
  std::string ForClient(std::string text) {
    length_ += text.size();
    if (exchange_.head()) text.clear();
    return text;
  }
  std::string Length() const { return std::to_string(length_); }

  const Exchange& exchange_;
  const RpcCall& call_;
  ListWriter writer_;
  std::unique_ptr<Message> item_;  // reused: one item at a time
  bool more_ = false;
  bool ended_ = false;
  size_t length_ = 0;
};

}  // namespace

std::unique_ptr<StreamRenderer> Transcoder::MakeStreamRenderer(const Exchange& exchange,
                                                               const RpcCall& call) const {
  return std::make_unique<ListStream>(exchange, call);
}

}  // namespace tstack::contract
