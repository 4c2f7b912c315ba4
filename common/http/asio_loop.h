// EventLoop on an Asio io_context with a thread of its own. Only for the .cc files of this folder.
#pragma once

#include <thread>
#include <utility>  // before Asio: Boost 1.74 forgets it

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "common/http/event_loop.h"
#include "common/time/clock.h"

namespace tstack::http {

class AsioLoop final : public EventLoop {
 public:
  explicit AsioLoop(const Clock& clock);
  ~AsioLoop() override;
  void Post(std::function<void()> run) override;
  std::unique_ptr<Timer> MakeTimer() override;
  absl::Duration Now() const override;

  boost::asio::io_context& context() { return context_; }
  // Everything on the loop must have been closed: waits until the last of it has run.
  void End();

 private:
  const Clock& clock_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace tstack::http
