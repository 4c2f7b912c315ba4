#include "common/http/asio_loop.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tstack::http {
namespace {

class AsioTimer final : public Timer {
 public:
  explicit AsioTimer(boost::asio::io_context& context) : timer_(context) {}
  void After(absl::Duration delay, std::function<void()> run) override {
    timer_.expires_after(absl::ToChronoNanoseconds(delay));
    timer_.async_wait([run = std::move(run)](const boost::system::error_code& error) {
      if (!error) run();
    });
  }
  void Cancel() override { timer_.cancel(); }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace

AsioLoop::AsioLoop(const Clock& clock)
    : clock_(clock),
      work_(boost::asio::make_work_guard(context_)),
      thread_([this] { context_.run(); }) {}

AsioLoop::~AsioLoop() { End(); }

void AsioLoop::Post(std::function<void()> run) {
  absl::MutexLock lock(&mutex_);
  if (!ended_) boost::asio::post(context_, std::move(run));
}

std::unique_ptr<Timer> AsioLoop::MakeTimer() { return std::make_unique<AsioTimer>(context_); }

absl::Duration AsioLoop::Now() const { return clock_.Steady(); }

void AsioLoop::End() {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(ended_, true)) return;
  }
  work_.reset();
  if (thread_.joinable()) thread_.join();
}

}  // namespace tstack::http
