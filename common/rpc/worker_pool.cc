#include "common/rpc/worker_pool.h"

namespace tstack::rpc {

WorkerPool::WorkerPool(int threads, int queue, metrics::Gauge& length, metrics::Gauge& busy)
    : queue_(static_cast<size_t>(queue)), length_(length), busy_(busy) {
  {
    absl::MutexLock lock(&mutex_);
    idle_ = static_cast<size_t>(threads);  // they will be, and take jobs at once
  }
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(std::function<void()> job) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || jobs_.size() >= queue_ + idle_) return false;
  jobs_.push_back(std::move(job));
  length_.Set(static_cast<double>(jobs_.size()));
  return true;
}

void WorkerPool::Work() {
  while (true) {
    std::function<void()> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &WorkerPool::HasWork));
      if (jobs_.empty()) return;  // stopping, and nothing left
      job = std::move(jobs_.front());
      jobs_.pop_front();
      length_.Set(static_cast<double>(jobs_.size()));
      --idle_;
    }
    busy_.Add(1);
    job();
    busy_.Add(-1);
    absl::MutexLock lock(&mutex_);
    ++idle_;
  }
}

}  // namespace tstack::rpc
