// A TCP proxy in front of MariaDB that fails on command, at the moments that matter.
//
// It reads the client's packets (plain, not TLS) well enough to see COM_QUERY "COMMIT".
#pragma once

#include <atomic>
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

  std::string address() const;  // "127.0.0.1:port"
  int port() const { return port_; }

  // Applies to the next `times` COMMITs, then back to kNone.
  void Arm(Cut cut, int times = 1);
  // Cuts every connection after `bytes` more bytes from the server.
  void CutAfterBytes(int64_t bytes);
  void CutAll();             // closes all connections now
  void Refuse(bool refuse);  // closes new connections at once
  // Holds all bytes in both directions, without closing.
  void Stall(bool stall);

  int commits_seen() const { return commits_; }
  int cuts_done() const { return cuts_; }
  int connections_accepted() const { return accepted_; }

 private:
  struct Session;
  void Accept();
  void Serve(Session& session);
  bool ForwardClient(Session& session);
  bool ForwardServer(Session& session);
  Cut TakeCut() ABSL_LOCKS_EXCLUDED(mutex_);

  int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> refuse_ = false;
  std::atomic<bool> stall_ = false;
  std::atomic<int> commits_ = 0;
  std::atomic<int> cuts_ = 0;
  std::atomic<int> accepted_ = 0;
  std::atomic<int64_t> bytes_left_ = -1;
  absl::Mutex mutex_;
  Cut armed_ ABSL_GUARDED_BY(mutex_) = Cut::kNone;
  int armed_times_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<std::unique_ptr<Session>> sessions_ ABSL_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace tstack::testing
