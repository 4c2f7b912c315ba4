// Two transactions on a two-node cluster that have both done their work before either commits, in a
// chosen order. For integration tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include <catch2/catch.hpp>

#include "common/testing/galera.h"

namespace tstack::identity {

// Where the two meet: the second has worked before the first commits, and commits after it. On one
// node the second may have to wait for a lock of the first instead: `patience` ends the meeting.
class Meeting {
 public:
  explicit Meeting(absl::Duration patience) : patience_(patience) {}

  void FirstWorked() { Await(second_worked_); }
  void FirstDone() { Note(first_done_); }
  void SecondWorked() {
    Note(second_worked_);
    Await(first_done_);
  }

 private:
  void Note(bool& flag) {
    absl::MutexLock lock(&mutex_);
    flag = true;
  }
  void Await(bool& flag) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&flag), patience_);
  }

  const absl::Duration patience_;
  absl::Mutex mutex_;
  bool second_worked_ = false;
  bool first_done_ = false;
};

// Calls `worked` once, when the first run of a transaction's body is over; its reruns are alone.
class PausingDatabase final : public db::Database {
 public:
  using db::Database::ReadOne;
  PausingDatabase(db::Database& real, std::function<void()> worked)
      : real_(real), worked_(std::move(worked)) {}

  Status RunTransaction(const CallContext& ctx, std::string_view txn_id,
                        const db::TransactionBody& body, std::string* result) override {
    return real_.RunTransaction(
        ctx, txn_id,
        [&](db::Transaction& tx) -> Status {
          const Status status = body(tx);
          if (auto worked = std::exchange(worked_, nullptr); worked) worked();
          return status;
        },
        result);
  }
  Status Read(const CallContext& ctx, db::Freshness freshness,
              const db::TransactionBody& body) override {
    return real_.Read(ctx, freshness, body);
  }
  Status ReadOne(const CallContext& ctx, db::Freshness freshness,
                 const db::TransactionBody& body) override {
    return real_.ReadOne(ctx, freshness, body);
  }
  Status CheckHealth(const CallContext& ctx) override { return real_.CheckHealth(ctx); }

 private:
  db::Database& real_;
  std::function<void()> worked_;
};

using Action = std::function<Status(db::Database&)>;

struct Outcome {
  Status first, second;
};

inline Outcome Race(db::Database& first_node, const Action& first, db::Database& second_node,
                    const Action& second, absl::Duration patience) {
  Meeting meeting(patience);
  Outcome outcome;
  PausingDatabase pausing_first(first_node, [&] { meeting.FirstWorked(); });
  PausingDatabase pausing_second(second_node, [&] { meeting.SecondWorked(); });
  std::jthread other([&] { outcome.second = second(pausing_second); });
  outcome.first = first(pausing_first);
  meeting.FirstDone();
  other.join();
  return outcome;
}

// One transaction of plain statements: nothing is written if `refuse` counts anything.
inline Action Unguarded(const std::string& refuse, const std::vector<std::string>& writes) {
  return [=](db::Database& database) {
    return database.RunTransaction(
        testing::Deadline(), RealIds().TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("test_refuse", refuse));
          ASSIGN_OR_RETURN(const int64_t reasons, rows.at(0).Int(0));
          if (reasons > 0) return Error(StatusCode::kFailedPrecondition, "REFUSED", "refused");
          for (const std::string& sql : writes) {
            RETURN_IF_ERROR(tx.Execute("test_write", sql).status());
          }
          return absl::OkStatus();
        });
  };
}

// The identity schema on both nodes.
class GaleraFixture {
 public:
  explicit GaleraFixture(const std::string& schema) {
    static testing::TestGalera cluster(2);
    auto files = migrate::ReadFolder(TSTACK_SOURCE_DIR "/services/identity/migrations");
    REQUIRE(files.ok());
    const db::Options options = cluster.CreateSchema(schema, *files);
    for (int node : {0, 1}) {
      db::Options own = options;
      own.nodes = {cluster.tcp(node)};
      nodes_.push_back(db::Connect(own).value());
    }
    admin_ = cluster.Admin(0, schema);
  }

  db::Database& node(int number) { return *nodes_[number]; }

  void Sql(const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) {
      const auto done = admin_->Query(sql);
      INFO(sql << " " << done.status());
      REQUIRE(done.ok());
    }
  }
  // Sees all that either node has committed.
  int64_t Number(int number, const std::string& sql) {
    int64_t value = -1;
    const Status status = node(number).Read(
        testing::Deadline(), db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("test_number", sql));
          ASSIGN_OR_RETURN(value, rows.at(0).Int(0));
          return absl::OkStatus();
        });
    INFO(sql << " " << status);
    REQUIRE(status.ok());
    return value;
  }

 private:
  std::vector<std::unique_ptr<db::Database>> nodes_;
  std::unique_ptr<db::AdminConnection> admin_;
};

}  // namespace tstack::identity
