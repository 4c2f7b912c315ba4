// The migration lock: a row that is compared and swapped, because GET_LOCK is not cluster-wide.
// Internal to this folder.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "common/context/call_context.h"
#include "common/db/connect.h"
#include "common/migrate/migrate.h"
#include "common/status/status.h"

namespace tstack::migrate {

// Held until destroyed. A thread with a connection of its own moves the beat every 500 ms.
class Lock {
 public:
  // Waits while another holder's beat moves; takes over from one whose beat stood still for 3 s of
  // our steady clock (no two clocks are compared). kDeadlineExceeded at ctx.deadline.
  static StatusOr<std::unique_ptr<Lock>> Acquire(const CallContext& ctx, db::AdminConnection& admin,
                                                 const std::string& schema, const Timing& timing);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  // kAborted if another process took the lock over: stop at once.
  Status Check() const;

 private:
  Lock(std::unique_ptr<db::AdminConnection> connection, std::string holder, Sleeper& sleeper);
  void Beat(std::stop_token stop);

  std::unique_ptr<db::AdminConnection> connection_;  // the beating thread's, until it is joined
  const std::string holder_;
  Sleeper& sleeper_;
  std::atomic<bool> lost_ = false;
  std::jthread beating_;
};

}  // namespace tstack::migrate
