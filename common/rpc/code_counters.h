// Counters by status code of one rpc or backend, each looked up once.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "common/metrics/metrics.h"
#include "common/rpc/wire.h"
#include "common/status/status.h"

namespace tstack::rpc {

// Thread-safe. A counter appears with its first call: most codes never occur.
class CodeCounters {
 public:
  // `family` has two labels; `first` is the value of the first, the code is the second.
  CodeCounters(metrics::Family<metrics::Counter>& family, std::string first)
      : family_(family), first_(std::move(first)) {}

  void Add(StatusCode code) {
    auto& cell = cells_[static_cast<size_t>(code) % cells_.size()];
    metrics::Counter* counter = cell.load(std::memory_order_acquire);
    if (counter == nullptr) {
      counter = &family_.With({first_, CodeLabel(code)});
      cell.store(counter, std::memory_order_release);
    }
    counter->Add();
  }

 private:
  metrics::Family<metrics::Counter>& family_;
  const std::string first_;
  std::array<std::atomic<metrics::Counter*>, kStatusCodes> cells_{};
};

}  // namespace tstack::rpc
