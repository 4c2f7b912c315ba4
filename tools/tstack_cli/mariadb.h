// The private MariaDB of an installation: a Galera cluster of one, reached by unix socket and a
// loopback port. Runs as the user who runs `tstack`; root of the database is that user, by the
// socket, without a password.
#pragma once

#include "common/db/connect.h"
#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/progress.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::cli {

inline constexpr char kMariaDb[] = "mariadb";

// Writes my.cnf and, the first time, the system tables. Repeatable after a kill at any moment.
Status PrepareMariaDb(const Instance& instance, const Ports& ports, int64_t buffer_pool,
                      Progress& progress);

// How the supervisor runs it: through this program's hidden command `run-mariadb`.
supervisor::v1::ServiceSpec MariaDbSpec(const Instance& instance);

// Becomes mariadbd. A cluster of one is always the newest member: after a crash it is told to
// continue its own history instead of waiting for a person. Returns only on failure.
Status BecomeMariaDb(const Instance& instance);

// Connection of administration.
db::Options MariaDbRoot(const Instance& instance);
// OK if the node is Synced in a Primary component.
Status CheckMariaDb(const Instance& instance);

}  // namespace tstack::cli
