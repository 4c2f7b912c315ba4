#include "common/rpc/worker_pool.h"

#include <atomic>

#include "absl/synchronization/notification.h"
#include <catch2/catch.hpp>

namespace tstack::rpc {

TEST_CASE("a pool runs as many as it has threads, queues as many as it may, and refuses the rest",
          "[unit][rpc]") {
  metrics::Registry registry;
  auto& length = registry.AddGauge("tstack_test_length", "");
  auto& busy = registry.AddGauge("tstack_test_busy", "");
  std::atomic<int> ran = 0;
  absl::Notification go;
  absl::Notification started;
  {
    WorkerPool pool(1, 2, length, busy);
    CHECK(pool.Submit([&] {
      started.Notify();
      go.WaitForNotification();
      ++ran;
    }));
    started.WaitForNotification();
    CHECK(busy.Value() == 1);
    CHECK(pool.Submit([&] { ++ran; }));
    CHECK(pool.Submit([&] { ++ran; }));
    CHECK(length.Value() == 2);
    CHECK_FALSE(pool.Submit([&] { ran = 100; }));
    go.Notify();
  }
  CHECK(ran == 3);
  CHECK(length.Value() == 0);
  CHECK(busy.Value() == 0);
}

}  // namespace tstack::rpc
