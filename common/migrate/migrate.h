// Numbered SQL migrations of one schema.
//
// A migration is a file NNNN_name.sql whose statements can each be run again (IF NOT EXISTS …): one
// that was killed half-way is simply run once more. Numbers 0001-0009 are the shared tables (`txn`,
// `idempotency`) that every schema gets; services start at 0010. An applied file must never change:
// its checksum is kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/context/call_context.h"
#include "common/db/connect.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::migrate {

struct File {
  int version = 0;
  std::string name;  // "0010_project"
  std::string sql;
};
using Files = std::vector<File>;

// The shared tables; Plan and Migrate add them by themselves.
const Files& CommonFiles();

// All NNNN_name.sql of a folder, by version. A name of another form or a version used twice is
// kInvalidArgument.
StatusOr<Files> ReadFolder(const std::string& folder);

// The statements of one file: split at ';' outside of quotes and comments, comments removed, empty
// ones dropped.
std::vector<std::string> SplitStatements(std::string_view sql);

// What is not applied yet, by version; does not write. kFailedPrecondition with reason
// MIGRATION_CHANGED if a file differs from what was applied, MIGRATION_UNKNOWN if the schema is
// newer than `files`.
StatusOr<Files> Plan(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
                     const Files& files);

using Progress = std::function<void(const File&)>;  // before each file that is applied

// Where Migrate gets its time from.
struct Timing {
  const Clock* clock = &RealClock();
  Sleeper* sleeper = &RealSleeper();
};

// Brings `schema` up to date. Safe to run by several processes on several nodes at once and again
// after a kill: one of them holds the lock row, the others wait until it is released or its beat
// stands still for 3 s of their own steady clock.
Status Migrate(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
               const Files& files, const Progress& progress = {}, const Timing& timing = {});

// Creates the schema if it is missing, and `user` with `password` and all rights on this schema
// only. Idempotent; sets the password again. Schema and user names: letters, digits and
// underscores.
Status EnsureSchema(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
                    const std::string& user, const std::string& password);

}  // namespace tstack::migrate
