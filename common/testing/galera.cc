#include "common/testing/galera.h"

#include <exception>
#include <filesystem>

#include "common/testing/mariadb_server.h"

namespace tstack::testing {

struct TestGalera::Node {
  std::string folder;
  int sql_port = 0;
  int group_port = 0;
  int transfer_port = 0;  // incremental
  int state_port = 0;     // whole state, rsync
  Process process;
};

namespace {

constexpr const char* kProvider = "/usr/lib/galera/libgalera_smm.so";
// As root the rsync daemon of a state transfer drops to nobody, so the servers run as this user.
constexpr const char* kUser = "mysql";

// keepalive < suspect < install <= inactive, or the provider refuses to start.
std::string ProviderOptions(int group_port, int transfer_port) {
  const std::string group = "127.0.0.1:" + std::to_string(group_port);
  const std::string transfer = "127.0.0.1:" + std::to_string(transfer_port);
  return "base_host=127.0.0.1;base_port=" + std::to_string(group_port) +
         ";gmcast.listen_addr=tcp://" + group + ";ist.recv_addr=" + transfer +
         ";ist.recv_bind=" + transfer +
         ";gcache.size=16M;pc.recovery=TRUE;evs.keepalive_period=PT0.1S;evs.inactive_check_period="
         "PT0.25S;"
         "evs.suspect_timeout=PT2S;evs.install_timeout=PT4S;evs.inactive_timeout=PT5S";
}

void GiveTo(const std::string& folder, const std::string& user) {
  StatusOr<Finished> finished = Run({.argv = {"chown", "-R", user + ":" + user, folder}});
  if (!finished.ok() || finished->exit_code != 0) DieOfServer("", "cannot chown " + folder);
}

}  // namespace

TestGalera::TestGalera(int nodes) {
  for (int i = 0; i < nodes; ++i) {
    auto node = std::make_unique<Node>();
    node->folder = directory_.File("node" + std::to_string(i));
    std::filesystem::create_directory(node->folder);
    node->sql_port = FreePort();
    node->group_port = FreePort();
    node->transfer_port = FreePort();
    node->state_port = FreePort();
    nodes_.push_back(std::move(node));
  }
  for (int i = 0; i < nodes; ++i) {
    if (i == 0) CopyTemplateData(nodes_[0]->folder + "/data");
    if (i > 0) std::filesystem::create_directory(nodes_[i]->folder + "/data");
    WriteFile(nodes_[i]->folder + "/log", "");
    GiveTo(nodes_[i]->folder, kUser);
    Launch(i, i == 0);
    if (!WaitSynced(i, absl::Seconds(10))) DieOfServer(nodes_[i]->folder, "the node did not sync");
  }
}

TestGalera::~TestGalera() {
  for (const auto& node : nodes_) {
    node->process.Kill9();
    if (std::uncaught_exceptions() > 0) PrintServerLog(node->folder);
  }
}

std::string TestGalera::Peers() const {
  std::string peers;
  for (const auto& node : nodes_) {
    peers +=
        (peers.empty() ? "gcomm://127.0.0.1:" : ",127.0.0.1:") + std::to_string(node->group_port);
  }
  return peers;
}

void TestGalera::Launch(int index, bool bootstrap) {
  Node& node = *nodes_[index];
  const std::vector<std::string> cluster = {
      "--innodb-flush-log-at-trx-commit=2",
      "--innodb-autoinc-lock-mode=2",
      "--binlog-format=ROW",
      "--default-storage-engine=InnoDB",
      "--wsrep-on=ON",
      std::string("--wsrep-provider=") + kProvider,
      "--wsrep-cluster-name=test",
      "--wsrep-cluster-address=" + Peers(),
      "--wsrep-node-name=n" + std::to_string(index),
      "--wsrep-node-address=127.0.0.1:" + std::to_string(node.group_port),
      "--wsrep-node-incoming-address=127.0.0.1:" + std::to_string(node.sql_port),
      "--wsrep-sst-method=rsync",
      "--wsrep-sst-receive-address=127.0.0.1:" + std::to_string(node.state_port),
      "--wsrep-slave-threads=2",
      "--wsrep-provider-options=" + ProviderOptions(node.group_port, node.transfer_port)};
  ProcessOptions process;
  process.argv = ServerArguments(node.folder, kUser, node.sql_port);
  process.argv.insert(process.argv.end(), cluster.begin(), cluster.end());
  if (bootstrap) process.argv.push_back("--wsrep-new-cluster");
  process.log_file = node.folder + "/log";
  StatusOr<Process> started = Process::Start(process);
  if (!started.ok()) DieOfServer("", started.status().ToString());
  node.process = *std::move(started);
}

bool TestGalera::WaitSynced(int index, absl::Duration promise) const {
  Node& node = *nodes_[index];
  return WaitFor("Galera node " + std::to_string(index) + " synced", promise, [&] {
    if (!node.process.Running()) DieOfServer(node.folder, "mariadbd ended");
    const StatusOr<std::unique_ptr<db::AdminConnection>> admin =
        db::ConnectAdmin(Deadline(absl::Seconds(5)), Root(index));
    if (!admin.ok()) return false;
    const StatusOr<db::Rows> rows = (*admin)->Query("SHOW GLOBAL STATUS LIKE 'wsrep_local_state'");
    return rows.ok() && rows->size() == 1 && (*rows)[0].StringOr(1, "") == "4";
  });
}

std::string TestGalera::tcp(int node) const {
  return "127.0.0.1:" + std::to_string(nodes_[node]->sql_port);
}

db::Options TestGalera::Root(int node, const std::string& schema) const {
  db::Options options;
  options.nodes = {"unix:" + nodes_[node]->folder + "/s.sock"};
  options.user = "root";
  options.schema = schema;
  return options;
}

std::unique_ptr<db::AdminConnection> TestGalera::Admin(int node, const std::string& schema) const {
  StatusOr<std::unique_ptr<db::AdminConnection>> admin =
      db::ConnectAdmin(Deadline(), Root(node, schema));
  if (!admin.ok()) DieOfServer(nodes_[node]->folder, admin.status().ToString());
  return *std::move(admin);
}

db::Options TestGalera::CreateSchema(const std::string& schema, const migrate::Files& files) {
  const Status created = RecreateSchema(*Admin(0), schema, files);
  if (!created.ok()) DieOfServer(nodes_[0]->folder, created.ToString());
  db::Options options = Root(0, schema);
  options.nodes.clear();
  for (size_t i = 0; i < nodes_.size(); ++i) options.nodes.push_back(tcp(static_cast<int>(i)));
  options.user = schema;
  options.password = log::Secret<std::string>("secret");
  return options;
}

void TestGalera::Kill9(int node) { nodes_[node]->process.Kill9(); }

void TestGalera::Start(int node) {
  Launch(node, false);
  if (!WaitSynced(node, absl::Seconds(10)))
    DieOfServer(nodes_[node]->folder, "the node did not rejoin");
}

void TestGalera::Pause(int node) const { nodes_[node]->process.Signal(SIGSTOP); }

void TestGalera::Resume(int node) const { nodes_[node]->process.Signal(SIGCONT); }

}  // namespace tstack::testing
