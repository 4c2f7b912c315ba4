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

void WorkerPool::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool WorkerPool::Submit(std::function<void()> job) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || jobs_.size() >= queue_ + idle_) return false;
  jobs_.push_back(std::move(job));
  length_.Set(static_cast<double>(jobs_.size()));
  if (asleep_ > 0) wake_.Signal();
  return true;
}

void WorkerPool::Work() {
  while (true) {
    std::function<void()> job;
    {
      absl::MutexLock lock(&mutex_);
      while (jobs_.empty() && !stopping_) {
        ++asleep_;
        wake_.Wait(&mutex_);
        --asleep_;
      }
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
