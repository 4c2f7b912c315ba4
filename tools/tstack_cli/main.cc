// The command line of `tstack`. Only wiring: what commands do is in the other files of this folder.
#include <sys/stat.h>

#include <functional>
#include <iostream>

#include "absl/strings/numbers.h"
#include <CLI/CLI.hpp>

#include "common/log/log.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/mariadb.h"
#include "tools/tstack_cli/services.h"
#include "tools/tstack_cli/supervision.h"

namespace tstack::cli {
namespace {

// One command line being put together: each Add… declares a command and remembers what to run.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.failure_message(CLI::FailureMessage::help);
    AddUp();
    AddDown();
    AddRestart();
    AddStatus();
    AddLogs();
    AddDoctor();
    AddRoutes();
    AddConfig();
    AddKeys();
    AddMigrate();
    AddTest();
    AddBench();
    AddHidden();
  }

  int Run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : 2;
    }
    const Status status = action_();
    if (status.ok()) return 0;
    std::cerr << "tstack: " << std::string(status.message()) << "\n";
    return 1;
  }

 private:
  CLI::App* Add(const std::string& name, const std::string& help, std::function<Status()> action) {
    CLI::App* const command = app_.add_subcommand(name, help);
    command->callback([this, action = std::move(action)] { action_ = action; });
    return command;
  }

  CLI::App* AddWithData(const std::string& name, const std::string& help,
                        std::function<Status()> action) {
    CLI::App* const command = Add(name, help, std::move(action));
    command->add_option("--data", data_, "Data folder of the installation")->capture_default_str();
    return command;
  }

  void AddUp() {
    CLI::App* const command =
        AddWithData("up",
                    "Bring the cloud up: make what is missing, start what does not run, "
                    "restart what has changed, and issue a token",
                    [this] {
                      up_.data = data_;
                      RETURN_IF_ERROR(ReadReplicas());
                      up_.port_base_given = port_base_->count() > 0;
                      return Up(up_);
                    });
    port_base_ = command
                     ->add_option("--port-base", up_.port_base,
                                  "First of 20 loopback ports, the gateway's own; of a "
                                  "new installation")
                     ->check(CLI::Range(1024, 65000))
                     ->capture_default_str();
    command
        ->add_option("--replicas", replicas_,
                     "Processes of a role, identity=2,gateway=2: lasting if the installation is "
                     "new, else for this run")
        ->delimiter(',');
    command->add_option("--only", up_.only, "Restart only this service if it has changed");
    command->add_flag("--backing-only", up_.backing_only, "Only the database and the broker");
  }

  void AddDown() {
    CLI::App* const command = AddWithData(
        "down", "Stop everything, the last started first; nothing is left running", [this] {
          down_.data = data_;
          return Down(down_);
        });
    command->add_flag("--purge", down_.purge,
                      "Delete the data folder too: database, keys, secrets, logs");
  }

  void AddRestart() {
    CLI::App* const command =
        AddWithData("restart", "Restart one service, all its processes one after the other",
                    [this] { return RestartService(data_, name_); });
    command->add_option("service", name_, "identity, gateway, identity-2, mariadb, rabbitmq …")
        ->required();
  }

  void AddStatus() {
    CLI::App* const command = AddWithData("status", "Show all processes: state, memory, readiness",
                                          [this] { return ShowStatus(data_, json_); });
    command->add_flag("--json", json_, "As JSON");
  }

  void AddLogs() {
    CLI::App* const command = AddWithData("logs", "Show logs of one service or of all", [this] {
      logs_.data = data_;
      return ShowLogs(logs_);
    });
    command->add_option("service", logs_.process, "identity, identity-2, mariadb, supervisor …");
    command->add_flag("-f,--follow", logs_.follow, "Go on with what is written from now on");
    command->add_option("-n,--lines", logs_.lines, "Lines of each process")->capture_default_str();
    command->add_option("--request-id", logs_.request_id,
                        "What all processes say of one request, by time");
  }

  void AddDoctor() {
    AddWithData("doctor", "Check the installation and say what to do; fails if something is broken",
                [this] { return Doctor(data_); });
  }

  void AddRoutes() {
    CLI::App* const command =
        Add("routes", "Print every REST route with its rpc, policy and microversions",
            [this] { return ShowRoutes(json_); });
    command->add_flag("--json", json_, "As JSON");
  }

  void AddConfig() {
    CLI::App* const config = app_.add_subcommand("config", "Explain or check tstack.yaml");
    config->require_subcommand(1);
    config->fallthrough();
    config->add_option("--data", data_, "Data folder of the installation")->capture_default_str();
    CLI::App* const explain =
        config->add_subcommand("explain", "What a setting means, its value and where that is from");
    explain->add_option("key", name_, "database.pool_size; all settings if absent");
    explain->callback([this] { action_ = [this] { return ExplainConfig(data_, name_); }; });
    explain->fallthrough();
    CLI::App* const check = config->add_subcommand("check", "List every mistake of a file");
    check->add_option("file", name_, "Default: the installation's own");
    check->fallthrough();
    check->callback([this] { action_ = [this] { return CheckConfig(data_, name_); }; });
  }

  void AddKeys() {
    CLI::App* const keys = app_.add_subcommand("keys", "The keys that sign tokens");
    keys->require_subcommand(1);
    keys->fallthrough();
    keys->add_option("--data", data_, "Data folder of the installation")->capture_default_str();
    CLI::App* const rotate = keys->add_subcommand(
        "rotate", "Sign new tokens with the next key now; tokens that exist stay valid");
    rotate->fallthrough();
    rotate->callback([this] { action_ = [this] { return RotateKeys(data_); }; });
  }

  void AddMigrate() {
    CLI::App* const command =
        AddWithData("migrate", "Bring the database schemas up to date", [this] {
          migrate_.data = data_;
          return Migrate(migrate_);
        });
    command->add_flag("--pending", migrate_.only_show, "Only show what is not applied yet");
    CLI::Option* const config = command->add_option(
        "--config", migrate_.config_file, "tstack.yaml of a cloud that `tstack up` has not made");
    command->add_option("--admin", migrate_.admin, "Who may create schemas and database users")
        ->needs(config)
        ->capture_default_str();
    command
        ->add_option("--admin-password", migrate_.admin_password_file,
                     "File with the password, readable by its owner only")
        ->needs(config);
  }

  void AddTest() {
    CLI::App* const command = Add(
        "test", "Run the test suite: the quick stage, or a part of the long one with --long PART",
        [this] { return RunTests(test_->remaining()); });
    command->prefix_command();
    test_ = command;
  }

  void AddBench() {
    CLI::App* const command = AddWithData("bench", "Run a benchmark: bench identity", [this] {
      return RunBench(data_, name_, bench_->remaining());
    });
    command->add_option("name", name_, "Which")->required();
    command->allow_extras();
    bench_ = command;
  }

  // What processes of ours start, not people.
  void AddHidden() {
    AddWithData("supervise", "", [this] { return Supervise(Instance(data_)); })->group("");
    AddWithData("run-mariadb", "", [this] { return BecomeMariaDb(Instance(data_)); })->group("");
  }

  Status ReadReplicas() {
    for (const std::string& text : replicas_) {
      const size_t equals = text.find('=');
      const std::string role = RoleOf(text.substr(0, equals));
      int count = 0;
      if (role.empty() || equals == std::string::npos ||
          !absl::SimpleAtoi(text.substr(equals + 1), &count) || count < 1 || count > 64) {
        return Error(StatusCode::kInvalidArgument, "BAD_REPLICAS",
                     "--replicas wants SERVICE=NUMBER, not " + text);
      }
      up_.replicas[role] = count;
    }
    return absl::OkStatus();
  }

  CLI::App app_{"tstack: an OpenStack-compatible cloud on one host or many", "tstack"};
  std::function<Status()> action_;
  std::string data_ = "./.tstack";
  std::string name_;
  std::vector<std::string> replicas_;
  bool json_ = false;
  UpOptions up_;
  DownOptions down_;
  LogOptions logs_;
  MigrateOptions migrate_;
  CLI::Option* port_base_ = nullptr;
  CLI::App* test_ = nullptr;
  CLI::App* bench_ = nullptr;
};

}  // namespace
}  // namespace tstack::cli

int main(int argc, char** argv) {
  umask(077);  // everything here is private unless said otherwise
  tstack::log::SetService("tstack");
  return tstack::cli::CommandLine().Run(argc, argv);
}
