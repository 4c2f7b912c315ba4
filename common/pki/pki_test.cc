#include "common/pki/pki.h"

#include <stdlib.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "common/pki/certificate.h"
#include "common/pki/files.h"

namespace tstack::pki {
namespace {

namespace fs = std::filesystem;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

struct Fixture {
  Fixture() {
    std::string pattern = fs::temp_directory_path() / "tstack-pki-XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    dir = pattern;
    authority = *EnsureAuthority(dir + "/ca", "cloud", kNow, kNow + absl::Hours(24));
  }
  ~Fixture() { fs::remove_all(dir); }

  CertificateRequest Request() const {
    return {.instance = "cloud",
            .role = "identity",
            .host = "host1",
            .dns_names = {"localhost"},
            .addresses = {"127.0.0.1", "::1"},
            .not_before = kNow,
            .not_after = kNow + absl::Hours(1)};
  }
  CertificatePtr Read(const std::string& file) const {
    return *ParseCertificate(*ReadWholeFile(file));
  }

  std::string dir;
  Authority authority;
};

bool OwnerOnly(const std::string& file) {
  return (fs::status(file).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
         fs::perms::none;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an issued certificate carries its names and its issuer's signature",
                 "[unit][pki]") {
  REQUIRE(IssueCertificate(authority, Request(), dir + "/c.pem", dir + "/c.key").ok());
  const CertificatePtr certificate = Read(dir + "/c.pem");
  const CertificatePtr issuer = Read(authority.certificate_file);
  CHECK(X509_verify(certificate.get(), X509_get0_pubkey(issuer.get())) == 1);
  CHECK(X509_check_host(certificate.get(), "identity.tstack.internal", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(certificate.get(), "volume.tstack.internal", 0, 0, nullptr) == 0);
  CHECK(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0) == 1);
  CHECK(*ExpiryOf(dir + "/c.pem") == kNow + absl::Hours(1));
  CHECK(X509_check_ca(certificate.get()) == 0);
  CHECK(X509_check_ca(issuer.get()) == 1);
}

TEST_CASE_METHOD(Fixture, "keys are for their owner only", "[unit][pki]") {
  REQUIRE(IssueCertificate(authority, Request(), dir + "/c.pem", dir + "/c.key").ok());
  REQUIRE(MakeSigningKey(dir + "/s.key", dir + "/s.pem").ok());
  CHECK(OwnerOnly(authority.key_file));
  CHECK(OwnerOnly(dir + "/c.key"));
  CHECK(OwnerOnly(dir + "/s.key"));
  CHECK_FALSE(OwnerOnly(dir + "/s.pem"));
  CHECK(ParsePrivateKey(*ReadWholeFile(dir + "/s.key")).ok());
}

TEST_CASE_METHOD(Fixture, "an authority is made once", "[unit][pki]") {
  const std::string before = *ReadWholeFile(authority.certificate_file);
  REQUIRE(EnsureAuthority(dir + "/ca", "cloud", kNow, kNow + absl::Hours(48)).ok());
  CHECK(*ReadWholeFile(authority.certificate_file) == before);
}

TEST_CASE_METHOD(Fixture, "names that would forge other names are refused", "[unit][pki]") {
  CertificateRequest request = Request();
  request.role = "identity,DNS:api-gateway.tstack.internal";
  CHECK(IssueCertificate(authority, request, dir + "/c.pem", dir + "/c.key").code() ==
        StatusCode::kInvalidArgument);
  request = Request();
  request.host = "a/b";
  CHECK_FALSE(IssueCertificate(authority, request, dir + "/c.pem", dir + "/c.key").ok());
  CHECK_FALSE(fs::exists(dir + "/c.key"));
}

TEST_CASE_METHOD(Fixture, "a folder that cannot be written is an error", "[unit][pki]") {
  CHECK_FALSE(EnsureAuthority("/proc/nowhere", "cloud", kNow, kNow + absl::Hours(1)).ok());
  CHECK_FALSE(ExpiryOf(dir + "/none.pem").ok());
}

}  // namespace tstack::pki
