#include "tools/tstack_cli/mariadb.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <regex>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"

#include "tools/tstack_cli/files.h"
#include "tools/tstack_cli/run.h"

namespace tstack::cli {
namespace {

constexpr char kServer[] = "/usr/sbin/mariadbd";
constexpr char kGaleraLibrary[] = "/usr/lib/galera/libgalera_smm.so";

std::string Folder(const Instance& instance) { return instance.Path("mariadb"); }
std::string DataDir(const Instance& instance) { return Folder(instance) + "/data"; }
std::string OptionFile(const Instance& instance) { return Folder(instance) + "/my.cnf"; }

std::string OptionText(const Instance& instance, const Ports& ports, int64_t buffer_pool) {
  return absl::Substitute(R"(# Written by `tstack up`. Lasting changes go into local.cnf beside it.
[mariadbd]
user = $0
datadir = $1
socket = $2
pid-file = $3/mariadbd.pid
port = $4
bind-address = 127.0.0.1
skip-name-resolve
performance-schema = OFF
max-connections = 200
table-open-cache = 400
innodb-buffer-pool-size = $5
innodb-log-file-size = 48M
# A commit that was answered survives a power cut.
innodb-flush-log-at-trx-commit = 1
innodb-autoinc-lock-mode = 2
innodb-lock-wait-timeout = 5
default-storage-engine = InnoDB
character-set-server = utf8mb4
collation-server = utf8mb4_bin
key-buffer-size = 1M
aria-pagecache-buffer-size = 1M
binlog-format = ROW
wsrep-on = ON
wsrep-provider = $6
wsrep-cluster-name = $7
wsrep-node-name = $7
# Empty: a cluster of one. The keepalive bounds how long a read with wsrep_sync_wait waits on an idle cluster: it needs a
# message behind the last write. With the default of 1 s every third look of the change feed took longer than its beat.
wsrep-cluster-address = gcomm://
wsrep-node-address = 127.0.0.1:$8
wsrep-provider-options = "base_host=127.0.0.1;base_port=$8;gmcast.listen_addr=tcp://127.0.0.1:$8;ist.recv_addr=127.0.0.1:$9;ist.recv_bind=127.0.0.1:$9;gcache.size=16M;gcache.page_size=16M;evs.keepalive_period=PT0.1S"
!include $3/local.cnf
)",
                          UserName(), DataDir(instance), instance.Socket(kMariaDb),
                          Folder(instance), ports.mariadb(), buffer_pool, kGaleraLibrary,
                          instance.id(), ports.galera(), ports.galera_ist());
}

// "UUID:SEQNO" that the tables have really reached; empty if that cannot be told.
std::string RecoverPosition(const Instance& instance) {
  Command command;
  command.argv = {kServer, "--defaults-file=" + OptionFile(instance), "--wsrep-recover",
                  "--skip-networking"};
  const auto output = Run(command);
  std::smatch found;
  if (!output.ok()) return "";
  const std::regex position("Recovered position: *([0-9a-f-]{36}:[0-9-]+)");
  return std::regex_search(output->text, found, position) ? found[1].str() : "";
}

// After a crash the state file has forgotten the position (-1), and may forbid to bootstrap.
std::vector<std::string> ArgumentsAfterCrash(const Instance& instance) {
  const std::string path = DataDir(instance) + "/grastate.dat";
  const auto state = ReadFile(path);
  if (!state.ok() || !std::regex_search(*state, std::regex("seqno: *-1"))) return {};
  const Status written = WriteFile(
      path, absl::StrReplaceAll(*state, {{"safe_to_bootstrap: 0", "safe_to_bootstrap: 1"}}));
  const std::string position = RecoverPosition(instance);
  if (!written.ok() || position.empty()) return {};
  return {"--wsrep-start-position=" + position};
}

}  // namespace

Status PrepareMariaDb(const Instance& instance, const Ports& ports, int64_t buffer_pool,
                      Progress& progress) {
  RETURN_IF_ERROR(EnsureDirectory(Folder(instance)));
  RETURN_IF_ERROR(WriteFile(OptionFile(instance), OptionText(instance, ports, buffer_pool)));
  const std::string local = Folder(instance) + "/local.cnf";
  if (!Exists(local))
    RETURN_IF_ERROR(
        WriteFile(local, "# Options of this host; they win over my.cnf.\n[mariadbd]\n"));
  if (Exists(DataDir(instance))) return absl::OkStatus();
  const std::string fresh = DataDir(instance) + ".new";
  std::error_code error;
  std::filesystem::remove_all(fresh, error);
  progress.Begin("create the database");
  Command command;
  command.argv = {"mariadb-install-db",
                  "--no-defaults",
                  "--user=" + UserName(),
                  "--datadir=" + fresh,
                  "--auth-root-authentication-method=socket",
                  "--auth-root-socket-user=" + UserName(),
                  "--skip-test-db",
                  "--skip-name-resolve",
                  "--innodb-log-file-size=48M"};
  command.on_wait = [&](std::string_view line) { progress.Tick(line); };
  RETURN_IF_ERROR(RunOk(command).status());
  progress.Done();
  // A kill before this line leaves only what the next run removes.
  std::filesystem::rename(fresh, DataDir(instance), error);
  if (error) return Error(StatusCode::kUnavailable, "FILE_ERROR", "cannot rename " + fresh);
  return absl::OkStatus();
}

supervisor::v1::ServiceSpec MariaDbSpec(const Instance& instance) {
  supervisor::v1::ServiceSpec spec;
  spec.set_name(kMariaDb);
  for (const std::string& argument :
       {SelfPath(), std::string("run-mariadb"), std::string("--data"), instance.data()}) {
    spec.add_argv(argument);
  }
  spec.add_environment("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  spec.set_directory(instance.data());
  spec.set_stop_timeout_ms(60'000);
  const auto options = ReadFile(OptionFile(instance));
  spec.set_fingerprint(
      absl::StrCat(absl::Hex(HashOf(options.ok() ? *options : "")), ".", Fingerprint(kServer)));
  return spec;
}

Status BecomeMariaDb(const Instance& instance) {
  std::vector<std::string> arguments = {kServer, "--defaults-file=" + OptionFile(instance)};
  for (std::string& argument : ArgumentsAfterCrash(instance))
    arguments.push_back(std::move(argument));
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(kServer, argv.data());
  return Error(StatusCode::kNotFound, "NO_COMMAND", absl::StrCat(kServer, ": ", strerror(errno)));
}

db::Options MariaDbRoot(const Instance& instance) {
  db::Options options;
  options.nodes = {"unix:" + instance.Socket(kMariaDb)};
  options.user = UserName() == "root" ? "root" : UserName();
  options.patience = absl::ZeroDuration();
  return options;
}

Status CheckMariaDb(const Instance& instance) {
  CallContext ctx;
  ctx.deadline = RealClock().Now() + absl::Seconds(2);
  ASSIGN_OR_RETURN(auto admin, db::ConnectAdmin(ctx, MariaDbRoot(instance)));
  ASSIGN_OR_RETURN(const db::Rows rows,
                   admin->Query("SHOW STATUS WHERE Variable_name IN ('wsrep_ready', "
                                "'wsrep_cluster_status', 'wsrep_local_state_comment')"));
  std::map<std::string, std::string> state;
  for (const db::Row& row : rows) state[row.StringOr(0, "")] = row.StringOr(1, "");
  if (state["wsrep_ready"] == "ON" && state["wsrep_cluster_status"] == "Primary")
    return absl::OkStatus();
  return Error(StatusCode::kUnavailable, "DATABASE_NOT_READY",
               absl::StrCat("Galera is ", state["wsrep_local_state_comment"], ", ",
                            state["wsrep_cluster_status"]));
}

}  // namespace tstack::cli
