#include "common/status/status.h"

#include <catch2/catch.hpp>

namespace tstack {
namespace {

TEST_CASE("an error keeps its reason and resource when it is annotated", "[unit][status]") {
  const Status status = Annotate(
      ResourceError(StatusCode::kNotFound, "PROJECT_NOT_FOUND", "project", "p1", "no project p1"),
      "loading the token's scope");
  CHECK(absl::IsNotFound(status));
  CHECK(status.message() == "loading the token's scope: no project p1");
  CHECK(ReasonOf(status) == "PROJECT_NOT_FOUND");
  CHECK(DetailOf(status).resource_id() == "p1");
}

TEST_CASE("causes are listed from the outermost hop to the origin", "[unit][status]") {
  Status status =
      Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "cannot reach the database");
  status = AddCause(status, "identity@a", "db", "connection refused");
  status = AddCause(status, "gateway@a", "rpc", "identity answered unavailable");
  const auto detail = DetailOf(status);
  REQUIRE(detail.causes_size() == 2);
  CHECK(detail.causes(0).hop() == "gateway@a");
  CHECK(detail.causes(1).component() == "db");
}

TEST_CASE("what is unavailable says in whole seconds when to try again", "[unit][status]") {
  const Status status =
      Unavailable("DATABASE_BUSY", "no connection is free", absl::Milliseconds(1200));
  CHECK(absl::IsUnavailable(status));
  CHECK(ReasonOf(status) == "DATABASE_BUSY");
  CHECK(DetailOf(status).retry_after_seconds() == 2);
  const auto seconds = [](absl::Duration after) {
    return DetailOf(Unavailable("R", "m", after)).retry_after_seconds();
  };
  CHECK(seconds(absl::ZeroDuration()) == 1);
  CHECK(seconds(-absl::Seconds(3)) == 1);
  CHECK(seconds(absl::InfiniteDuration()) == 86400);
}

TEST_CASE("OK passes through annotation untouched", "[unit][status]") {
  CHECK(Annotate(absl::OkStatus(), "anything").ok());
  CHECK(AddCause(absl::OkStatus(), "h", "c", "m").ok());
}

StatusOr<int> Half(int n) {
  if (n % 2 != 0) return FieldError("n", "n is odd");
  return n / 2;
}

StatusOr<int> Quarter(int n) {
  ASSIGN_OR_RETURN(int half, Half(n));
  ASSIGN_OR_RETURN(half, Half(half));
  return half;
}

TEST_CASE("ASSIGN_OR_RETURN hands the error on", "[unit][status]") {
  CHECK(*Quarter(8) == 2);
  CHECK(DetailOf(Quarter(6).status()).field() == "n");
}

}  // namespace
}  // namespace tstack
