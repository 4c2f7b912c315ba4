// What `tstack` can be told to do. Each command prints to standard output and returns an error for
// people to read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/status/status.h"

namespace tstack::cli {

struct UpOptions {
  std::string data;
  int port_base = 21000;
  bool port_base_given = false;
  std::map<std::string, int> replicas;  // by role; of a new installation
  std::string only;                     // restart this role only
  bool backing_only = false;            // database and broker only
};
Status Up(const UpOptions& options);

struct DownOptions {
  std::string data;
  bool purge = false;
};
Status Down(const DownOptions& options);

Status RestartService(const std::string& data, const std::string& name);
Status ShowStatus(const std::string& data, bool as_json);

struct LogOptions {
  std::string data;
  std::string process;     // a prefix: "identity" means all its replicas; empty: all
  std::string request_id;  // only lines that contain it, of all processes, by time
  int lines = 20;
  bool follow = false;
};
Status ShowLogs(const LogOptions& options);

Status ShowRoutes(bool as_json);
Status ExplainConfig(const std::string& data, const std::string& key);
Status CheckConfig(const std::string& data, const std::string& file);
// Identity's next token key signs from now on.
Status RotateKeys(const std::string& data);

struct MigrateOptions {
  std::string data;
  std::string config_file;          // of an installation that `tstack up` has not made
  std::string admin = "root";       // with config_file: who may create schemas and users
  std::string admin_password_file;  // empty: none, as over a unix socket
  bool only_show = false;
};
Status Migrate(const MigrateOptions& options);

// Kunavailable if a check failed; warnings do not count.
Status Doctor(const std::string& data);
Status RunTests(const std::vector<std::string>& arguments);
Status RunBench(const std::string& data, const std::string& name,
                const std::vector<std::string>& arguments);

}  // namespace tstack::cli
