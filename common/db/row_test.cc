#include <limits>

#include <catch2/catch.hpp>

#include "common/db/database.h"
#include "common/db/result.h"

namespace tstack::db {
namespace {

TEST_CASE("a row gives each column as what it is and refuses what it is not", "[unit][db]") {
  const Row row({nullptr, int64_t{-7}, std::numeric_limits<uint64_t>::max(), 2.5, std::string("42"),
                 absl::UnixEpoch(), int64_t{1}, std::string("4x")});
  CHECK(row.IsNull(0));
  CHECK(row.IsNull(100));
  CHECK(row.Int(1).value() == -7);
  CHECK_FALSE(row.Int(2).ok());
  CHECK(row.Double(3).value() == 2.5);
  CHECK(row.Double(1).value() == -7.0);
  CHECK(row.Int(4).value() == 42);  // a DECIMAL
  CHECK(row.Time(5).value() == absl::UnixEpoch());
  CHECK(row.Bool(6).value());
  CHECK_FALSE(row.Bool(1).ok());
  CHECK_FALSE(row.Int(7).ok());
  CHECK_FALSE(row.Time(4).ok());
  CHECK_FALSE(row.OptionalString(100).ok());
  CHECK(row.OptionalString(0).value() == std::nullopt);
  CHECK(row.OptionalTime(5).value() == absl::UnixEpoch());
  CHECK(ReasonOf(row.String(1).status()) == "STORED_DATA");
}

TEST_CASE("times are read with any precision and nothing else is", "[unit][db]") {
  absl::Time time;
  CHECK(ParseDateTime("2026-11-22 13:54:55.123456", time));
  CHECK(FormatDateTime(time) == "2026-11-22 13:54:55.123456");
  CHECK(ParseDateTime("2026-11-22 13:54:55.5", time));
  CHECK(FormatDateTime(time) == "2026-11-22 13:54:55.500000");
  CHECK(ParseDateTime("1970-01-01 00:00:00", time));
  CHECK(time == absl::UnixEpoch());
  for (const char* text : {"", "2026-11-22", "0000-00-00 00:00:00", "2026-11-22 13:54:xx",
                           "2026-11-22 13:54:55.1234567", "2026-11-22 13:54:55x123"}) {
    INFO(text);
    CHECK_FALSE(ParseDateTime(text, time));
  }
}

}  // namespace
}  // namespace tstack::db
