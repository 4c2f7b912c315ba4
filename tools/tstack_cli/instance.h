// One installation on this host: where its files, sockets and ports are. Everything derives from
// the data folder and the first port, so that several stand side by side and share nothing.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::cli {

// Offsets from the first port.
struct Ports {
  int base = 21000;
  int gateway() const { return base; }
  int mariadb() const { return base + 1; }
  int galera() const { return base + 2; }
  int galera_ist() const { return base + 3; }
  int amqp() const { return base + 5; }
  int erlang() const { return base + 6; }
  int epmd() const { return base + 7; }
};

// A plain value.
class Instance {
 public:
  // `data` may be relative; nothing is created.
  explicit Instance(const std::string& data);

  const std::string& data() const { return data_; }
  // "tstack-1a2b3c4d", from the folder's path.
  const std::string& id() const { return id_; }
  bool exists() const;

  std::string Path(std::string_view name) const { return data_ + "/" + std::string(name); }
  std::string config_file() const { return Path("tstack.yaml"); }
  std::string log(std::string_view process) const {
    return Path("logs/") + std::string(process) + ".log";
  }
  std::string secret(std::string_view name) const { return Path("secrets/") + std::string(name); }
  // Sockets. In the data folder, or in the temporary folder if that path is too long for a socket;
  // there somebody else may have made it: see CheckPrivateDirectory.
  const std::string& run_dir() const { return run_dir_; }
  std::string Socket(std::string_view name) const {
    return run_dir_ + "/" + std::string(name) + ".sock";
  }
  std::string supervisor_socket() const { return Socket("supervisor"); }
  std::string supervisor_pid_file() const { return Path("run/supervisor.pid"); }
  std::string pids_dir() const { return Path("run/pids"); }

 private:
  std::string data_;
  std::string id_;
  std::string run_dir_;
};

// The checked-out tree, for migrations and the test stages: TSTACK_ROOT, or found upwards from the
// program.
StatusOr<std::string> SourceRoot();
// The folder of this program, where its sisters stand (tstack-identity …).
std::string BinaryDir();
std::string SelfPath();
// Name of the user who runs this.
std::string UserName();

}  // namespace tstack::cli
