#include "common/db/driver.h"

#include <csignal>

namespace tstack::db {
namespace {

sql::mysql::MySQL_Driver& Instance() {
  static sql::mysql::MySQL_Driver& driver = []() -> sql::mysql::MySQL_Driver& {
    struct sigaction action{};
    sigaction(SIGPIPE, nullptr, &action);
    // A TLS connection that the server closed must give an error, not end the process.
    if (action.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
    return *sql::mysql::get_driver_instance();  // not thread-safe by itself
  }();
  return driver;
}

struct ThreadGuard {
  ThreadGuard() { Instance().threadInit(); }
  ~ThreadGuard() { Instance().threadEnd(); }
};

}  // namespace

sql::mysql::MySQL_Driver& Driver() {
  sql::mysql::MySQL_Driver& driver = Instance();
  thread_local ThreadGuard guard;
  return driver;
}

}  // namespace tstack::db
