// A TCP proxy in front of MariaDB that fails on command, at the moments that matter.
//
// It reads the client's packets (plain, not TLS) well enough to see COM_QUERY "COMMIT".
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace tstack::testing {

enum class Cut {
  kNone,
  kBeforeCommit,  // the COMMIT never reaches the server
  kAfterCommit,   // the server executes COMMIT, its answer is thrown away
  kStallCommit,   // the COMMIT is held; the connection stays open and silent
};

// Thread-safe. Accepts until destroyed.
class CuttingProxy {
 public:
  // `server_port`: loopback port of mariadbd.
  explicit CuttingProxy(int server_port);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }

  // Applies to the next `times` COMMITs, then none.
  void Arm(Cut cut, int times = 1);
  // Cuts the connection that gets the byte after `bytes` more bytes from the server; once.
  void CutAfterBytes(int64_t bytes);
  void CutAll();             // closes all connections now
  void Refuse(bool refuse);  // closes new connections at once
  // Holds all bytes in both directions, without closing.
  void Stall(bool stall);

  int commits_seen() const;
  int cuts_done() const;
  int connections_accepted() const;

 private:
  struct Session;
  void Accept();
  void Serve(Session& session);
  bool FromClient(Session& session);
  bool FromServer(Session& session);
  bool ForwardPacket(Session& session, const std::string& packet);
  Cut TakeCut();
  bool WaitWhileStalled();  // false: stopping

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool refuse_ ABSL_GUARDED_BY(mutex_) = false;
  bool stall_ ABSL_GUARDED_BY(mutex_) = false;
  int commits_ ABSL_GUARDED_BY(mutex_) = 0;
  int cuts_ ABSL_GUARDED_BY(mutex_) = 0;
  int accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_left_ ABSL_GUARDED_BY(mutex_) = -1;  // < 0: no limit
  Cut armed_ ABSL_GUARDED_BY(mutex_) = Cut::kNone;
  int armed_times_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<std::unique_ptr<Session>> sessions_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace tstack::testing
