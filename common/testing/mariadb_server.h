// What one mariadbd and one Galera node have in common. Internal to this folder.
#pragma once

#include <string>
#include <vector>

#include "common/db/connect.h"
#include "common/migrate/migrate.h"

namespace tstack::testing {

// Copies the cached template data folder (made on first use, race-free, per server version) to
// `target`.
void CopyTemplateData(const std::string& target);

// Options that every test server gets: small, quiet, quick to start. `folder` gets data/, s.sock,
// pid, log.
std::vector<std::string> ServerArguments(const std::string& folder, const std::string& user,
                                         int port);

// Drops and creates a schema with its user (password "secret"), and migrates it.
Status RecreateSchema(db::AdminConnection& admin, const std::string& schema,
                      const migrate::Files& files);

// Prints the end of the server's log.
void PrintServerLog(const std::string& folder);

// Prints `what` and the log, and ends the test program: it cannot go on without its server.
[[noreturn]] void DieOfServer(const std::string& folder, const std::string& what);

}  // namespace tstack::testing
