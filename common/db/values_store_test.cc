#include <limits>

#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

struct Fixture {
  TestMariaDb& server = TestMariaDb::Shared();
  std::unique_ptr<Database> database =
      server.Open("value", {{10, "0010_sample",
                             "CREATE TABLE IF NOT EXISTS sample (id INT PRIMARY KEY, text "
                             "VARCHAR(255), bytes MEDIUMBLOB, number BIGINT,"
                             " positive BIGINT UNSIGNED, fraction DOUBLE, time DATETIME(6), day "
                             "DATE, yes TINYINT(1))"}});

  StatusOr<Row> Get(int64_t id) {
    StatusOr<Row> row = absl::NotFoundError("no row");
    const Status status =
        database->Read(Deadline(), Freshness::kLocal, [&](Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(
              Rows rows,
              tx.Query("value_get",
                       "SELECT text, bytes, number, positive, fraction, time, day, yes FROM sample "
                       "WHERE id = ?",
                       {id}));
          if (!rows.empty()) row = std::move(rows[0]);
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return row;
  }

  Status Put(std::vector<Value> values) {
    return database->RunTransaction(Deadline(), NewTxn(), [&](Transaction& tx) {
      return tx
          .Execute("value_put", "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
          .status();
    });
  }
};

TEST_CASE_METHOD(Fixture, "values come back as they were stored", "[store][db]") {
  const absl::Time time = absl::FromUnixMicros(1'795'355'695'123'456);
  const std::string text = "caf\xc3\xa9 'q\" \xf0\x9f\x98\x80 \\";
  const std::string bytes("\0\xff\x1b'\\", 5);
  REQUIRE(
      Put({int64_t{1}, text, bytes, std::numeric_limits<int64_t>::min(),
           std::numeric_limits<uint64_t>::max(), 1.5, time, std::string("2026-11-22"), int64_t{1}})
          .ok());
  const Row row = Get(1).value();
  CHECK(row.String(0).value() == text);
  CHECK(row.String(1).value() == bytes);
  CHECK(row.Int(2).value() == std::numeric_limits<int64_t>::min());
  CHECK_FALSE(row.Int(3).ok());  // does not fit
  CHECK(row.Double(4).value() == 1.5);
  CHECK(row.Time(5).value() == time);
  CHECK(row.String(6).value() == "2026-11-22");
  CHECK(row.Bool(7).value());
}

TEST_CASE_METHOD(Fixture, "NULL is NULL in every column", "[store][db]") {
  REQUIRE(Put({int64_t{1}, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr})
              .ok());
  const Row row = Get(1).value();
  for (size_t column = 0; column < row.size(); ++column) CHECK(row.IsNull(column));
  CHECK(row.OptionalString(0).value() == std::nullopt);
  CHECK(row.OptionalTime(5).value() == std::nullopt);
  CHECK(row.StringOr(0, "-") == "-");
  CHECK_FALSE(row.String(0).ok());
  CHECK_FALSE(row.Int(2).ok());
}

TEST_CASE_METHOD(Fixture, "a column of another type is an error and not a crash", "[store][db]") {
  REQUIRE(Put({int64_t{1}, std::string("text"), std::string("b"), int64_t{2}, uint64_t{3}, 0.5,
               absl::UnixEpoch(), std::string("2026-11-22"), int64_t{7}})
              .ok());
  const Row row = Get(1).value();
  CHECK_FALSE(row.Int(0).ok());
  CHECK_FALSE(row.Time(0).ok());
  CHECK_FALSE(row.String(2).ok());
  CHECK_FALSE(row.Bool(7).ok());
  CHECK_FALSE(row.String(99).ok());
  CHECK(row.Int(3).value() == 3);
}

TEST_CASE_METHOD(Fixture, "one statement gives short and long values in turn", "[store][db]") {
  const std::string big(3'000'000, 'x');
  for (int64_t id = 1; id <= 4; ++id) {
    REQUIRE(Put({id, nullptr, id % 2 == 0 ? big : std::string("small"), nullptr, nullptr, nullptr,
                 nullptr, nullptr, nullptr})
                .ok());
  }
  for (const int64_t id : {1, 2, 3, 4, 1}) {
    CHECK(Get(id).value().String(1).value() == (id % 2 == 0 ? big : "small"));
  }
}

TEST_CASE_METHOD(Fixture, "sums and counts are integers", "[store][db]") {
  for (int64_t id = 1; id <= 3; ++id) {
    REQUIRE(Put({id, nullptr, nullptr, id, nullptr, nullptr, nullptr, nullptr, nullptr}).ok());
  }
  REQUIRE(database
              ->Read(Deadline(), Freshness::kLocal,
                     [](Transaction& tx) -> Status {
                       ASSIGN_OR_RETURN(
                           const Rows rows,
                           tx.Query("sum", "SELECT SUM(number), COUNT(*) FROM sample"));
                       CHECK(rows[0].Int(0).value() == 6);
                       CHECK(rows[0].Int(1).value() == 3);
                       return absl::OkStatus();
                     })
              .ok());
}

TEST_CASE_METHOD(Fixture, "text that is too long is refused and not cut", "[store][db]") {
  const Status status = Put({int64_t{1}, std::string(256, 'x'), nullptr, nullptr, nullptr, nullptr,
                             nullptr, nullptr, nullptr});
  CHECK(absl::IsInvalidArgument(status));
  CHECK(absl::IsNotFound(Get(1).status()));
}

TEST_CASE_METHOD(Fixture, "the service's user cannot see another schema", "[store][db]") {
  const auto other = server.Open("valueX");  // '_' and letters must not be wildcards of the grant
  const Status status = database->Read(Deadline(), Freshness::kLocal, [](Transaction& tx) {
    return tx.Query("foreign", "SELECT * FROM valueX.txn").status();
  });
  CHECK_FALSE(status.ok());
}

}  // namespace
}  // namespace tstack::db
