// Threads with a bounded queue.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/metrics/metrics.h"

namespace tstack::rpc {

// Thread-safe. Jobs must not throw.
class WorkerPool {
 public:
  // `length` and `busy` show the waiting and the running jobs; they outlive the pool.
  WorkerPool(int threads, int queue, metrics::Gauge& length, metrics::Gauge& busy);
  ~WorkerPool() { Stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the job is dropped, if the queue is full. A job for which a thread is idle never
  // counts as queued.
  bool Submit(std::function<void()> job);
  // Runs what is queued, then joins; refuses further jobs. Called by one thread; again it does
  // nothing.
  void Stop();

 private:
  void Work();
  const size_t queue_;
  metrics::Gauge& length_;
  metrics::Gauge& busy_;
  absl::Mutex mutex_;
  absl::CondVar wake_;
  std::deque<std::function<void()>> jobs_ ABSL_GUARDED_BY(mutex_);
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;    // threads without a job
  size_t asleep_ ABSL_GUARDED_BY(mutex_) = 0;  // of these: waiting to be woken
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace tstack::rpc
