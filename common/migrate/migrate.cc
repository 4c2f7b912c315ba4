#include "common/migrate/migrate.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/crypto/crypto.h"
#include "common/crypto/encoding.h"
#include "common/migrate/lock.h"
#include "common/time/clock.h"

namespace tstack::migrate {
namespace {

constexpr const char* kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "  version INT NOT NULL PRIMARY KEY,"
    "  name VARCHAR(255) NOT NULL,"
    "  checksum CHAR(64) NOT NULL,"
    "  applied_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

std::string Checksum(const File& file) { return crypto::Hex(crypto::Sha256(file.sql)); }

Status Changed(const File& file) {
  return ResourceError(
      StatusCode::kFailedPrecondition, "MIGRATION_CHANGED", "migration", file.name,
      "migration " + file.name + " differs from what was applied: add a new file instead");
}

Status Unknown(int version) {
  return ResourceError(
      StatusCode::kFailedPrecondition, "MIGRATION_UNKNOWN", "migration", std::to_string(version),
      "the schema has migration " + std::to_string(version) + ", which this program does not know");
}

// The shared tables and the service's own, by version.
StatusOr<Files> WithCommon(const Files& own) {
  Files all = CommonFiles();
  all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end(),
            [](const File& a, const File& b) { return a.version < b.version; });
  const auto twice = std::adjacent_find(
      all.begin(), all.end(), [](const File& a, const File& b) { return a.version == b.version; });
  if (twice == all.end()) return all;
  return Error(StatusCode::kInvalidArgument, "MIGRATION_TWICE",
               "two migrations have the number of " + twice->name);
}

using Applied = std::map<int, std::string>;  // version -> checksum

StatusOr<Applied> ReadApplied(db::AdminConnection& admin, const std::string& schema) {
  Applied applied;
  ASSIGN_OR_RETURN(
      const db::Rows tables,
      admin.Select(
          "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
          {schema, "schema_migration"}));
  if (tables.empty()) return applied;
  ASSIGN_OR_RETURN(const db::Rows rows, admin.Query("SELECT version, checksum FROM " +
                                                    db::QuoteName(schema) + ".schema_migration"));
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(const int64_t version, row.Int(0));
    ASSIGN_OR_RETURN(applied[static_cast<int>(version)], row.String(1));
  }
  return applied;
}

StatusOr<Files> Pending(const Files& all, Applied applied) {
  Files pending;
  for (const File& file : all) {
    const auto found = applied.find(file.version);
    if (found == applied.end()) {
      pending.push_back(file);
      continue;
    }
    if (found->second != Checksum(file)) return Changed(file);
    applied.erase(found);
  }
  if (!applied.empty()) return Unknown(applied.rbegin()->first);
  return pending;
}

Status CheckTime(const CallContext& ctx, const Clock& clock = RealClock()) {
  if (ctx.stop.stop_requested())
    return Error(StatusCode::kCancelled, "STOPPED", "the migration was stopped");
  if (clock.Now() < ctx.deadline) return absl::OkStatus();
  return Error(StatusCode::kDeadlineExceeded, "MIGRATION_TIMEOUT",
               "the migration did not end in time; run it again");
}

// A kill between the statements and the record only means that the file is run again.
Status Apply(const CallContext& ctx, db::AdminConnection& admin, const Lock& lock,
             const Clock& clock, const File& file) {
  for (const std::string& statement : SplitStatements(file.sql)) {
    RETURN_IF_ERROR(CheckTime(ctx, clock));
    RETURN_IF_ERROR(lock.Check());
    RETURN_IF_ERROR(Annotate(admin.Query(statement).status(), "migration " + file.name));
  }
  return admin
      .Execute(
          "INSERT INTO schema_migration (version, name, checksum) VALUES (?, ?, ?) "
          "ON DUPLICATE KEY UPDATE name = name",
          {int64_t{file.version}, file.name, Checksum(file)})
      .status();
}

bool IsPlainName(const std::string& name) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
}

}  // namespace

StatusOr<Files> Plan(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
                     const Files& files) {
  RETURN_IF_ERROR(CheckTime(ctx));
  ASSIGN_OR_RETURN(const Files all, WithCommon(files));
  ASSIGN_OR_RETURN(Applied applied, ReadApplied(admin, schema));
  return Pending(all, std::move(applied));
}

Status Migrate(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
               const Files& files, const Progress& progress, const Timing& timing) {
  // The usual case, nothing to do, needs no lock.
  ASSIGN_OR_RETURN(Files pending, Plan(ctx, admin, schema, files));
  if (pending.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(admin.Query("USE " + db::QuoteName(schema)).status());
  RETURN_IF_ERROR(admin.Query(kCreateTable).status());
  ASSIGN_OR_RETURN(const std::unique_ptr<Lock> lock, Lock::Acquire(ctx, admin, schema, timing));
  ASSIGN_OR_RETURN(pending, Plan(ctx, admin, schema, files));  // another process may have been here
  for (const File& file : pending) {
    if (progress) progress(file);
    RETURN_IF_ERROR(Apply(ctx, admin, *lock, *timing.clock, file));
  }
  return absl::OkStatus();
}

Status EnsureSchema(const CallContext& ctx, db::AdminConnection& admin, const std::string& schema,
                    const std::string& user, const std::string& password) {
  RETURN_IF_ERROR(CheckTime(ctx));
  if (!IsPlainName(schema) || !IsPlainName(user)) {
    return Error(StatusCode::kInvalidArgument, "SCHEMA_NAME",
                 "'" + schema + "' or '" + user + "' is no plain name");
  }
  const std::string account = db::QuoteText(user) + "@'%'";
  const std::string identified = " IDENTIFIED BY " + db::QuoteText(password);
  // In GRANT, '_' in a schema's name matches any character unless escaped: identity_1 must not open
  // identityX1.
  std::string pattern;
  for (const char c : schema) pattern += c == '_' ? "\\_" : std::string(1, c);
  const std::string statements[] = {
      "CREATE DATABASE IF NOT EXISTS " + db::QuoteName(schema) +
          " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
      "CREATE USER IF NOT EXISTS " + account + identified,
      "ALTER USER " + account + identified,
      "GRANT ALL PRIVILEGES ON " + db::QuoteName(pattern) + ".* TO " + account,
  };
  for (const std::string& statement : statements) RETURN_IF_ERROR(admin.Query(statement).status());
  return absl::OkStatus();
}

}  // namespace tstack::migrate
