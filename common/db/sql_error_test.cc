#include "common/db/sql_error.h"

#include <catch2/catch.hpp>

namespace tstack::db {
namespace {

TEST_CASE("every error number of the design is classified", "[unit][db]") {
  for (const int code : {1213, 1205, 1180, 1020, 1317, 2030, 1615})
    CHECK(Classify(code) == Fault::kConflict);
  for (const int code : {1047, 1053, 1040, 1203, 1290})
    CHECK(Classify(code) == Fault::kNodeNotReady);
  for (const int code : {2002, 2003, 2006, 2013, 2014, 2055, 1927})
    CHECK(Classify(code) == Fault::kLost);
  CHECK(Classify(1062) == Fault::kDuplicate);
  for (const int code : {1451, 1452}) CHECK(Classify(code) == Fault::kForeignKey);
  for (const int code : {1064, 1146, 1406, 1366}) CHECK(Classify(code) == Fault::kOther);
  CHECK(IsTransient(Fault::kConflict));
  CHECK_FALSE(IsTransient(Fault::kDuplicate));
}

TEST_CASE("the key's name is taken from behind the value, whatever that contains", "[unit][db]") {
  CHECK(KeyOfDuplicate("Duplicate entry 'a' for key 'uk_name'") == "uk_name");
  CHECK(KeyOfDuplicate("Duplicate entry 'x' for key 'fake'' for key 'PRIMARY'") == "PRIMARY");
  CHECK(KeyOfDuplicate("something else").empty());
  CHECK(ConstraintOf("a foreign key constraint fails (`s`.`child`, CONSTRAINT `child_parent` "
                     "FOREIGN KEY …)") == "child_parent");
  CHECK(ConstraintOf("no").empty());
}

TEST_CASE("values of rows do not get into messages", "[unit][db]") {
  for (const int code : {1062, 1366, 1292}) {
    const Status status =
        ToStatus({code, "23000", "Duplicate entry 'hunter2' for key 'uk'"}, "user_insert");
    CHECK(status.ToString().find("hunter2") == std::string::npos);
  }
  CHECK(ToStatus({1064, "42000", "near UPDTE"}, "typo").ToString().find("UPDTE") !=
        std::string::npos);
}

TEST_CASE("a value that its column cannot hold is the caller's fault and names the column",
          "[unit][db]") {
  const Status status = ToStatus(
      {1406, "22001", "Data too long for column `cloud_identity`.`region`.`description` at row 1"},
      "region_insert");
  CHECK(absl::IsInvalidArgument(status));
  CHECK(DetailOf(status).field() == "description");
  const Status quoted =
      ToStatus({1264, "22003", "Out of range value for column 'size' at row 1"}, "volume_insert");
  CHECK(DetailOf(quoted).field() == "size");
}

TEST_CASE("characters that a column has not are the caller's fault, two columns' quarrel is ours",
          "[unit][db]") {
  CHECK(absl::IsInvalidArgument(ToStatus({1267, "HY000",
                                          "Illegal mix of collations (ascii_bin,IMPLICIT) and "
                                          "(utf8mb4_general_ci,COERCIBLE) for operation '>'"},
                                         "domain_list")));
  CHECK(absl::IsInternal(ToStatus(
      {1267, "HY000", "Illegal mix of collations (ascii_bin,IMPLICIT) and (utf8mb4_bin,IMPLICIT)"},
      "domain_list")));
}

}  // namespace
}  // namespace tstack::db
