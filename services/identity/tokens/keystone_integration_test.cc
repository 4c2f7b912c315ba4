// Debian's keystone package and this service read each other's tokens, given the same keys.
#include <filesystem>
#include <sstream>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include <catch2/catch.hpp>

#include "common/crypto/encoding.h"
#include "common/testing/environment.h"
#include "common/testing/process.h"
#include "common/time/fake_clock.h"
#include "services/identity/tokens/codec.h"
#include "services/identity/tokens/fake_key_store.h"

namespace tstack::identity::tokens {
namespace {

using google::protobuf::Struct;
using Kind = Scope::Kind;

const char kUser[] = "fad986b292c7459d81dfbe65efdce1b5";
const char kProject[] = "b0146f23acae471dabbdf09a65c6ea51";
const char kAudit[] = "2fwjCrFbQP-HSRUVfh0xbg";
const char kParent[] = "N-pBJ4_PRESgmrPC1_ASzw";
const Scope kScopes[] = {{},
                         {Kind::kProject, kProject},
                         {Kind::kDomain, "default"},
                         {Kind::kDomain, kProject},
                         {Kind::kSystem, "all"}};

struct Fixture {
  FakeClock clock;
  FakeIds ids;
  FakeKeyStore store{clock};
  KeyRing ring{store, clock, {}};
  TokenCodec codec{ring, MethodBits::Default(), ids};
  CallContext ctx;
  testing::TemporaryDirectory directory;

  // keystone's repository: 0 is staged, the highest number is primary.
  Fixture() {
    REQUIRE(store.EnsureKeys(ctx).ok());
    std::filesystem::create_directory(directory.File("keys"));
    const auto keys = ring.Current(ctx);
    REQUIRE(keys.ok());
    for (const TokenKey& key : (*keys)->keys) {
      const std::string name = key.state == "staged" ? "keys/0" : "keys/1";
      testing::WriteFile(directory.File(name), crypto::Base64UrlPadded(key.bytes.Expose()));
    }
  }

  // One JSON answer for each line.
  std::vector<Struct> AskKeystone(const std::string& lines) {
    testing::WriteFile(directory.File("requests"), lines);
    const std::string script =
        std::string(TSTACK_SOURCE_DIR) + "/services/identity/tokens/keystone_oracle.py";
    const auto finished =
        testing::Run({.argv = {"/bin/sh", "-c",
                               "/usr/bin/python3 '" + script + "' '" + directory.File("keys") +
                                   "' < '" + directory.File("requests") + "' 2>/dev/null"}});
    REQUIRE(finished.ok());
    INFO(finished->output);
    REQUIRE(finished->exit_code == 0);
    std::vector<Struct> answers;
    std::istringstream stream(finished->output);
    for (std::string line; std::getline(stream, line);) {
      REQUIRE(google::protobuf::util::JsonStringToMessage(line, &answers.emplace_back()).ok());
    }
    return answers;
  }
};

std::string Text(const Struct& object, const std::string& key) {
  return object.fields().at(key).string_value();
}

TEST_CASE_METHOD(Fixture, "keystone opens our tokens of every scope",
                 "[integration][identity][token]") {
  const absl::Time expires_at = absl::FromUnixSeconds(1'900'000'000);
  std::string requests;
  for (const Scope& scope : kScopes) {
    const Payload payload{kUser, {"password", "token"}, scope, expires_at, {kAudit, kParent}};
    requests += "{\"decode\": \"" + *codec.Write(ctx, payload, clock.Now()) + "\"}\n";
  }
  const auto answers = AskKeystone(requests);
  REQUIRE(answers.size() == std::size(kScopes));
  for (size_t i = 0; i < answers.size(); ++i) {
    const Scope& scope = kScopes[i];
    CHECK(Text(answers[i], "user_id") == kUser);
    CHECK(Text(answers[i], "project_id") == (scope.kind == Kind::kProject ? scope.id : ""));
    CHECK(Text(answers[i], "domain_id") == (scope.kind == Kind::kDomain ? scope.id : ""));
    CHECK(Text(answers[i], "system") == (scope.kind == Kind::kSystem ? "all" : ""));
    CHECK(Text(answers[i], "expires_at") == "2030-03-17T17:46:40.000000Z");
    CHECK(Text(answers[i], "issued_at") == "2027-01-15T08:00:00.000000Z");
    const auto& methods = answers[i].fields().at("methods").list_value();
    REQUIRE(methods.values_size() == 2);
    CHECK(methods.values(0).string_value() == "token");
    const auto& audit_ids = answers[i].fields().at("audit_ids").list_value();
    REQUIRE(audit_ids.values_size() == 2);
    CHECK(audit_ids.values(0).string_value() == kAudit);
    CHECK(audit_ids.values(1).string_value() == kParent);
  }
}

TEST_CASE_METHOD(Fixture, "we open keystone's tokens of every scope",
                 "[integration][identity][token]") {
  const char* kinds[] = {"unscoped", "project", "domain", "domain", "system"};
  std::string requests;
  for (size_t i = 0; i < std::size(kScopes); ++i) {
    requests += std::string("{\"encode\": {\"kind\": \"") + kinds[i] + "\", \"user_id\": \"" +
                kUser + "\", \"methods\": [\"password\"], \"scope_id\": \"" + kScopes[i].id +
                "\", \"expires_at\": \"2030-03-17T17:46:40.000000Z\", \"audit_ids\": [\"" + kAudit +
                "\"]}}\n";
  }
  const auto answers = AskKeystone(requests);
  REQUIRE(answers.size() == std::size(kScopes));
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto opened = codec.Open(ctx, Text(answers[i], "token"));
    REQUIRE(opened.ok());
    CHECK(opened->payload.user_id == kUser);
    CHECK(opened->payload.scope == kScopes[i]);
    CHECK(opened->payload.methods == std::vector<std::string>{"password"});
    CHECK(opened->payload.audit_ids == std::vector<std::string>{kAudit});
    CHECK(opened->payload.expires_at == absl::FromUnixSeconds(1'900'000'000));
  }
}

}  // namespace
}  // namespace tstack::identity::tokens
