// An identity schema with a bootstrapped cloud, and services on it. For store and integration
// tests.
#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "common/config/config.h"
#include "common/testing/mariadb.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/bootstrap/bootstrap.h"
#include "services/identity/passwords/pooled_hasher.h"

namespace tstack::identity {

inline migrate::Files IdentityMigrations() {
  auto files = migrate::ReadFolder(TSTACK_SOURCE_DIR "/services/identity/migrations");
  REQUIRE(files.ok());
  return *std::move(files);
}

// The configuration with its defaults, but a cheap hash.
inline config::v1::Identity TestConfig() {
  auto config = config::Load("", {"identity.bcrypt_cost=4", "identity.hash_threads=1"});
  INFO(config.status().ToString());
  REQUIRE(config.ok());
  return config->identity();
}

inline const std::string& TestMasterKey() {
  static const std::string* const kKey = new std::string(32, 'm');
  return *kKey;
}

// A fresh schema on `server`, bootstrapped: user admin with password "s3cret".
struct TestCloud {
  explicit TestCloud(testing::TestMariaDb& server, const std::string& schema)
      : options(server.CreateSchema(schema, IdentityMigrations())) {
    auto connected = db::Connect(options);
    REQUIRE(connected.ok());
    database = *std::move(connected);
    Bootstrap("s3cret");
  }

  void Bootstrap(const std::string& password) {
    config::v1::Bootstrap wish = TestConfig().bootstrap();
    for (const auto& [type, url] : {std::pair("identity", "http://cloud/identity"),
                                    {"volumev3", "http://cloud/volume/v3/$(project_id)s"}}) {
      wish.add_catalog()->set_type(type);
      wish.mutable_catalog(wish.catalog_size() - 1)->set_url(url);
    }
    passwords::PooledHasher hasher({4, 1, 8}, RealIds());
    const auto keys = tokens::MakeSqlKeyStore(*database, TestMasterKey(), RealIds());
    const Status status =
        bootstrap::Bootstrap(testing::Deadline(), {*database, hasher, *keys, RealIds()}, wish,
                             "RegionOne", log::Secret<std::string>(password));
    INFO(status.ToString());
    REQUIRE(status.ok());
  }

  // One statement in a transaction of its own, beside the change it makes.
  void Change(const std::string& sql, v1::DependencyKind kind = v1::EVERYTHING,
              const std::string& id = "") {
    const Status status = database->RunTransaction(
        testing::Deadline(), RealIds().TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(tx.Execute("test_change", sql).status());
          return auth::RecordChange(tx, kind, id);
        });
    INFO(status.ToString());
    REQUIRE(status.ok());
  }
  std::string Text(const std::string& sql) {
    std::string text;
    const Status status = database->Read(
        testing::Deadline(), db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("test_text", sql));
          if (!rows.empty()) text = rows[0].StringOr(0, "");
          return absl::OkStatus();
        });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return text;
  }
  int64_t Count(const std::string& sql) {
    int64_t count = -1;
    const Status status = database->Read(
        testing::Deadline(), db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("test_count", sql));
          ASSIGN_OR_RETURN(count, rows[0].Int(0));
          return absl::OkStatus();
        });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return count;
  }

  db::Options options;
  std::unique_ptr<db::Database> database;
};

}  // namespace tstack::identity
