#include "common/rpc/context_signer.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "common/crypto/crypto.h"
#include "common/rpc/context_grant.h"
#include "common/rpc/testing/certificates.h"
#include "common/time/fake_clock.h"

namespace tstack::rpc {
namespace {

namespace fs = std::filesystem;

struct Fixture {
  std::string Sign(const std::string& key_id, const std::string& private_file) {
    auto signer = Ed25519ContextSigner::Load(private_file, key_id, clock);
    REQUIRE(signer.ok());
    return (*signer)->Sign({}, "echo", "/m", "r");
  }
  std::string PublicFile(const std::string& key_id) {
    return certificates.context_keys_dir() + "/" + key_id + ".pem";
  }

  TestCertificates certificates;
  FakeClock clock;
  ContextVerifier verifier{certificates.context_keys_dir(), "echo", clock};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a new key counts as soon as its file is there", "[unit][rpc]") {
  const std::string file = certificates.dir() + "/second.key";
  REQUIRE(pki::MakeSigningKey(file, certificates.dir() + "/second.pem").ok());
  const std::string context = Sign("second", file);
  CHECK(ReasonOf(verifier.Verify(context, "/m", "r").status()) == "CONTEXT_INVALID");
  fs::rename(certificates.dir() + "/second.pem", PublicFile("second"));
  CHECK(verifier.Verify(context, "/m", "r").ok());
}

TEST_CASE_METHOD(Fixture, "a replaced or removed key counts within seconds", "[unit][rpc]") {
  const std::string old_context = Sign("gateway", certificates.signing_key_file());
  REQUIRE(verifier.Verify(old_context, "/m", "r").ok());
  REQUIRE(pki::MakeSigningKey(certificates.signing_key_file(), PublicFile("gateway")).ok());
  clock.Advance(absl::Seconds(5));
  CHECK_FALSE(verifier.Verify(old_context, "/m", "r").ok());
  const std::string context = Sign("gateway", certificates.signing_key_file());
  CHECK(verifier.Verify(context, "/m", "r").ok());
  fs::remove(PublicFile("gateway"));
  clock.Advance(absl::Seconds(5));
  CHECK_FALSE(verifier.Verify(context, "/m", "r").ok());
}

TEST_CASE_METHOD(Fixture, "a grant is renewed before it ends", "[unit][rpc]") {
  auto signer = Ed25519ContextSigner::Load(certificates.signing_key_file(), "gateway", clock);
  REQUIRE(signer.ok());
  const auto grant = [&] {
    const std::string bytes = (*signer)->Sign({}, "echo", "/m", "r");
    CHECK(verifier.Verify(bytes, "/m", "r").ok());
    common::v1::SignedUserContext context;
    CHECK(context.ParseFromString(bytes));
    return context.grant();
  };
  const std::string first = grant();
  CHECK(grant() == first);
  clock.Advance(kGrantLifetime / 2 - absl::Seconds(1));
  CHECK(grant() == first);
  clock.Advance(absl::Seconds(1));
  CHECK(grant() != first);
}

TEST_CASE_METHOD(Fixture, "a grant for another service, a forged or an old one is refused",
                 "[unit][rpc]") {
  common::v1::SignedUserContext own;
  common::v1::SignedUserContext other;
  const std::string signing_key = certificates.signing_key_file();
  REQUIRE(own.ParseFromString(Sign("gateway", signing_key)));
  auto signer = Ed25519ContextSigner::Load(signing_key, "gateway", clock);
  REQUIRE(other.ParseFromString((*signer)->Sign({}, "volume", "/m", "r")));
  // Somebody who was granted a key for "volume" signs claims for "echo" with it.
  common::v1::SigningGrant grant;
  REQUIRE(grant.ParseFromString(other.grant()));
  common::v1::SignedUserContext forged = other;
  forged.set_claims(own.claims());
  forged.set_signature(crypto::HmacSha256(grant.mac_key(), own.claims()));
  CHECK(ReasonOf(verifier.Verify(forged.SerializeAsString(), "/m", "r").status()) ==
        "CONTEXT_INVALID");
  // A grant that nobody signed.
  grant.set_audience("echo");
  forged.set_grant(grant.SerializeAsString());
  CHECK(ReasonOf(verifier.Verify(forged.SerializeAsString(), "/m", "r").status()) ==
        "CONTEXT_INVALID");
  CHECK(verifier.Verify(own.SerializeAsString(), "/m", "r").ok());
  clock.Advance(kGrantLifetime + absl::Minutes(1));
  CHECK(ReasonOf(verifier.Verify(own.SerializeAsString(), "/m", "r").status()) ==
        "CONTEXT_EXPIRED");
}

TEST_CASE_METHOD(Fixture, "key ids that are paths are refused", "[unit][rpc]") {
  fs::create_directory(certificates.dir() + "/elsewhere");
  const std::string file = certificates.dir() + "/elsewhere.key";
  REQUIRE(pki::MakeSigningKey(file, certificates.dir() + "/elsewhere/k.pem").ok());
  CHECK_FALSE(verifier.Verify(Sign("../elsewhere/k", file), "/m", "r").ok());
}

TEST_CASE_METHOD(Fixture, "a signing key that others may read is refused", "[unit][rpc]") {
  fs::permissions(certificates.signing_key_file(), fs::perms::others_read, fs::perm_options::add);
  const auto signer = Ed25519ContextSigner::Load(certificates.signing_key_file(), "gateway", clock);
  CHECK(ReasonOf(signer.status()) == "SECRET_EXPOSED");
}

}  // namespace tstack::rpc
