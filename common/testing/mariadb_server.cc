#include "common/testing/mariadb_server.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "common/testing/environment.h"
#include "common/testing/process.h"

namespace tstack::testing {
namespace {

namespace fs = std::filesystem;

// "10.11.19-MariaDB-0+deb12u1" out of "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for
// debian-linux-gnu …".
std::string ServerVersion() {
  StatusOr<Finished> finished = Run({.argv = {"mariadbd", "--no-defaults", "--version"}});
  const std::string output = finished.ok() ? finished->output : "";
  const size_t begin = output.find("Ver ");
  if (begin == std::string::npos)
    DieOfServer("", "mariadbd --version failed: is mariadb-server installed?");
  const size_t end = output.find(' ', begin + 4);
  return output.substr(begin + 4, end - begin - 4);
}

// Another test may do the same at this moment: build under an own name, then rename; the first one
// wins.
void BuildTemplate(const fs::path& target) {
  const fs::path building = target.string() + ".building." + std::to_string(getpid());
  StatusOr<Finished> finished =
      Run({.argv = {"mariadb-install-db", "--no-defaults", "--datadir=" + building.string(),
                    "--auth-root-authentication-method=normal", "--skip-test-db",
                    "--innodb-log-file-size=16M"}});
  if (!finished.ok() || finished->exit_code != 0) {
    DieOfServer("", "mariadb-install-db failed: " + (finished.ok() ? finished->output : ""));
  }
  std::error_code failed;
  fs::rename(building, target, failed);
  if (failed) fs::remove_all(building, failed);
}

}  // namespace

void CopyTemplateData(const std::string& target) {
  const fs::path source = CacheDirectory() / ("mariadb-" + ServerVersion());
  if (!fs::exists(source)) BuildTemplate(source);
  StatusOr<Finished> copied =
      Run({.argv = {"cp", "-a", "--reflink=auto", source.string(), target}});
  if (!copied.ok() || copied->exit_code != 0)
    DieOfServer("", "cannot copy the template data folder");
}

std::vector<std::string> ServerArguments(const std::string& folder, const std::string& user,
                                         int port) {
  std::vector<std::string> arguments = {"mariadbd",
                                        "--no-defaults",
                                        "--datadir=" + folder + "/data",
                                        "--socket=" + folder + "/s.sock",
                                        "--pid-file=" + folder + "/pid",
                                        "--port=" + std::to_string(port),
                                        "--bind-address=127.0.0.1",
                                        "--tmpdir=" + folder,
                                        "--performance-schema=OFF",
                                        "--skip-name-resolve",
                                        "--innodb-buffer-pool-size=32M",
                                        "--innodb-log-file-size=16M",
                                        "--key-buffer-size=1M",
                                        "--aria-pagecache-buffer-size=1M",
                                        "--table-open-cache=256",
                                        "--max-connections=200",
                                        "--character-set-server=utf8mb4"};
  if (geteuid() == 0)
    arguments.push_back("--user=" + user);  // mariadbd refuses to run as root unless told to
  return arguments;
}

void PrintServerLog(const std::string& folder) {
  std::cerr << "---- end of " << folder << "/log\n" << Tail(folder + "/log", 40) << "\n----\n";
}

void DieOfServer(const std::string& folder, const std::string& what) {
  std::cerr << "test server: " << what << "\n";
  if (!folder.empty()) PrintServerLog(folder);
  std::exit(99);
}

}  // namespace tstack::testing
