// Identity on two nodes: whatever two clients do at once, no invariant breaks; and it does break
// where nothing guards it.
#include "absl/strings/str_replace.h"
#include <catch2/catch.hpp>

#include "services/identity/tokens/key_store.h"
#include "services/identity/wiring/galera_other_pairs.h"
#include "services/identity/wiring/galera_project_pairs.h"
namespace tstack::identity {
namespace {

const char* const kTables[] = {"assignment", "implied_role", "role",    "user",   "project_tag",
                               "project",    "endpoint",     "service", "region", "token_key"};

// On one node the second waits for a lock; there is nothing to wait for but that.
constexpr absl::Duration kBrief = absl::Milliseconds(200);
constexpr absl::Duration kLong = absl::Seconds(10);

std::string With(const std::string& prefix, const std::string& sql) {
  return absl::StrReplaceAll(sql, {{"@", prefix}});
}
std::vector<std::string> With(const std::string& prefix, std::vector<std::string> statements) {
  for (std::string& sql : statements) sql = With(prefix, sql);
  return statements;
}

struct Scene : GaleraFixture {
  explicit Scene(const std::string& schema) : GaleraFixture(schema) {
    // LIKE leaves foreign keys out.
    for (const std::string table : kTables) Sql({"CREATE TABLE loose_" + table + " LIKE " + table});
  }

  void SetUp(const std::string& prefix, const std::vector<std::string>& rows) {
    Sql({"SET FOREIGN_KEY_CHECKS = 0"});
    for (const std::string table : kTables) Sql({"DELETE FROM " + prefix + table});
    Sql({"SET FOREIGN_KEY_CHECKS = 1"});
    Sql(With(prefix, rows));
    Number(1, "SELECT 1");  // the other node has it all
  }

  void Hold(const Pair& pair) {
    struct Placement {
      int one, other;
      bool one_first;
    };
    for (const auto& [one, other, one_first] : std::vector<Placement>{
             {0, 1, true}, {0, 1, false}, {1, 0, true}, {0, 0, true}, {0, 0, false}}) {
      INFO(pair.name << " at nodes " << one << ", " << other << (one_first ? "" : " reversed"));
      SetUp("", With("", pair.set_up));
      const absl::Duration patience = one == other ? kBrief : kLong;
      const Outcome outcome = one_first
                                  ? Race(node(one), pair.one, node(other), pair.other, patience)
                                  : Race(node(other), pair.other, node(one), pair.one, patience);
      INFO(outcome.first << " and " << outcome.second);
      CHECK(Number(0, With("", pair.violations)) == 0);
      CHECK(Number(1, With("", pair.violations)) == 0);
      CHECK((outcome.first.ok() || outcome.second.ok()));
      for (const Status& status : {outcome.first, outcome.second}) {
        CHECK_FALSE(absl::IsUnavailable(status));
        CHECK_FALSE(absl::IsInternal(status));
      }
    }
  }

  // The same two without any guard, in the order that breaks it: else Hold proves nothing. In the
  // other order a lock that was taken in passing may save the day.
  void Break(const Pair& pair) {
    INFO(pair.name << ", unguarded");
    const auto action = [](const Plain& plain) {
      return Unguarded(With("loose_", plain.refuse), With("loose_", plain.writes));
    };
    int64_t violations = 0;
    for (const auto& [first, second] : {std::pair(&pair.plain_one, &pair.plain_other),
                                        std::pair(&pair.plain_other, &pair.plain_one)}) {
      SetUp("loose_", pair.set_up);
      Race(node(0), action(*first), node(1), action(*second), kLong);
      violations += Number(0, With("loose_", pair.violations));
    }
    CHECK(violations > 0);
  }

  void Run(const std::vector<Pair>& all) {
    for (const Pair& pair : all) {
      Hold(pair);
      Break(pair);
    }
  }
};

TEST_CASE("no project is enabled below a disabled one or below none",
          "[integration][identity][galera]") {
  Scene("galera_projects").Run(pairs::OfProjects());
}

TEST_CASE("a domain goes with all that is in it", "[integration][identity][galera]") {
  Scene("galera_domains").Run(pairs::OfDomains());
}

TEST_CASE("no grant or implication outlives what it names", "[integration][identity][galera]") {
  Scene("galera_grants").Run(pairs::OfGrants());
}

TEST_CASE("regions stay trees with all their endpoints, and tags within their limit",
          "[integration][identity][galera]") {
  Scene("galera_regions").Run(pairs::OfRegionsAndTags());
}

TEST_CASE("two roles may imply each other: both are held, each once",
          "[integration][identity][galera]") {
  Scene scene("galera_implied");
  const auto imply = [](const std::string& prior, const std::string& implied) -> Action {
    return [=](db::Database& database) {
      return roles::MakeSqlRoleStore(database, RealIds())
          ->AddImplication(testing::Deadline(), prior, implied)
          .status();
    };
  };
  scene.SetUp("", With("", {pairs::Domain(), pairs::Project("p", "d"), pairs::User(),
                            pairs::Role("a"), pairs::Role("b"), pairs::Role("r")}));
  const Outcome outcome =
      Race(scene.node(0), imply("a", "b"), scene.node(1), imply("b", "a"), kLong);
  CHECK(outcome.first.ok());
  CHECK(outcome.second.ok());
  const assignments::Grant grant = {"u", assignments::Target::Project("p"), "a"};
  REQUIRE(assignments::MakeSqlAssignmentStore(scene.node(0), RealIds())
              ->Create(testing::Deadline(), grant)
              .ok());
  for (int number : {0, 1}) {
    size_t held = 0;
    const Status read = scene.node(number).Read(
        testing::Deadline(), db::Freshness::kCurrent, [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const auto found, assignments::EffectiveRoles(tx, "u", grant.target));
          held = found.size();
          return absl::OkStatus();
        });
    INFO(read);
    CHECK(held == 2);
  }
  // The hazard: a walk that does not know where it was goes round until the server stops it.
  CHECK(scene.Number(0,
                     "WITH RECURSIVE held (id) AS (SELECT 'a' UNION ALL SELECT i.implied_role_id "
                     "FROM held h JOIN implied_role i ON i.prior_role_id = h.id) "
                     "SELECT COUNT(*) FROM held") > 100);
}

TEST_CASE("of two rotations of the token keys at once one takes place",
          "[integration][identity][galera]") {
  Scene scene("galera_keys");
  const auto rotate = [](db::Database& database) {
    return tokens::MakeSqlKeyStore(database, std::string(32, 'm'), RealIds())
        ->Rotate(testing::Deadline(), 0, {6, absl::ZeroDuration()});
  };
  const std::string wrong =
      "SELECT SUM(state = 'primary') <> 1 OR SUM(state = 'staged') <> 1 OR MAX(id) <> 3 FROM @";
  for (int first : {0, 1}) {
    scene.SetUp("", {"UPDATE auth_seq SET key_generation = 0"});
    REQUIRE(tokens::MakeSqlKeyStore(scene.node(0), std::string(32, 'm'), RealIds())
                ->EnsureKeys(testing::Deadline())
                .ok());
    CHECK(scene.Number(1, "SELECT COUNT(*) FROM token_key") == 2);
    const Outcome outcome = Race(scene.node(first), rotate, scene.node(1 - first), rotate, kLong);
    CHECK(outcome.first.ok());
    CHECK(ReasonOf(outcome.second) == "TOKEN_KEYS_CHANGED");
    CHECK(scene.Number(0, With("", wrong + "token_key")) == 0);
    CHECK(scene.Number(1, With("", wrong + "token_key")) == 0);
  }
  // Without the generation the second rotation is rerun and turns the keys once more.
  scene.SetUp("loose_", {"INSERT INTO @token_key (id, state, sealed, created_at) VALUES "
                         "(1, 'primary', '', NOW(6)), (2, 'staged', '', NOW(6))"});
  const Action unguarded =
      Unguarded(pairs::kNothing,
                With("loose_", {"UPDATE @token_key SET state = 'secondary' WHERE state = 'primary'",
                                "UPDATE @token_key SET state = 'primary' WHERE state = 'staged'",
                                "INSERT INTO @token_key (id, state, sealed, created_at) "
                                "SELECT MAX(id) + 1, 'staged', '', NOW(6) FROM @token_key"}));
  Race(scene.node(0), unguarded, scene.node(1), unguarded, kLong);
  CHECK(scene.Number(0, With("loose_", wrong + "token_key")) == 1);
}

}  // namespace
}  // namespace tstack::identity
