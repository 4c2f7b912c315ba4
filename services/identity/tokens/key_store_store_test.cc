#include <catch2/catch.hpp>

#include "common/testing/mariadb.h"
#include "services/identity/tokens/key_store.h"

namespace tstack::identity::tokens {
namespace {

struct Fixture {
  std::unique_ptr<db::Database> database = testing::TestMariaDb::Shared().Open(
      "identity_keys", *migrate::ReadFolder(TSTACK_SOURCE_DIR "/services/identity/migrations"));
  std::unique_ptr<KeyStore> store = MakeSqlKeyStore(*database, std::string(32, 'm'), RealIds());
  CallContext ctx = testing::Deadline();
  RotationRules at_once{3, absl::ZeroDuration()};
};

TEST_CASE_METHOD(Fixture, "keys are made once and read back by anyone with the master key",
                 "[store][identity][keys]") {
  CHECK(ReasonOf(store->Load(ctx).status()) == "TOKEN_KEYS_MISSING");
  REQUIRE(store->EnsureKeys(ctx).ok());
  const auto first = store->Load(ctx);
  REQUIRE(first.ok());
  REQUIRE(first->keys.size() == 2);
  CHECK(first->primary().state == "primary");
  CHECK(first->keys[1].state == "staged");
  REQUIRE(store->EnsureKeys(ctx).ok());
  CHECK(store->Load(ctx)->primary().bytes.Expose() == first->primary().bytes.Expose());
  const auto thief = MakeSqlKeyStore(*database, std::string(32, 'x'), RealIds());
  CHECK(ReasonOf(thief->Load(ctx).status()) == "TOKEN_KEY_SEAL");
}

TEST_CASE_METHOD(Fixture, "a rotation promotes the staged key, and only one of two rotators wins",
                 "[store][identity][keys]") {
  REQUIRE(store->EnsureKeys(ctx).ok());
  const auto before = store->Load(ctx);
  REQUIRE(store->Rotate(ctx, before->generation, at_once).ok());
  CHECK(ReasonOf(store->Rotate(ctx, before->generation, at_once)) == "TOKEN_KEYS_CHANGED");
  const auto after = store->Load(ctx);
  REQUIRE(after->keys.size() == 3);
  CHECK(after->generation == before->generation + 1);
  CHECK(after->primary().bytes.Expose() == before->keys[1].bytes.Expose());
  REQUIRE(store->Rotate(ctx, after->generation, at_once).ok());
  CHECK(store->Load(ctx)->keys.size() == 3);
}

TEST_CASE_METHOD(Fixture, "a young staged key is not promoted and nothing is left half done",
                 "[store][identity][keys]") {
  REQUIRE(store->EnsureKeys(ctx).ok());
  const auto before = store->Load(ctx);
  CHECK(ReasonOf(store->Rotate(ctx, before->generation, {3, absl::Hours(1)})) ==
        "TOKEN_KEY_TOO_YOUNG");
  const auto after = store->Load(ctx);
  CHECK(after->generation == before->generation);
  CHECK(after->primary().id == before->primary().id);
}

}  // namespace
}  // namespace tstack::identity::tokens
