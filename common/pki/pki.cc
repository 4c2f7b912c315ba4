#include "common/pki/pki.h"

#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"

#include "common/pki/certificate.h"
#include "common/pki/files.h"

namespace tstack::pki {
namespace {

namespace fs = std::filesystem;

Status MakePrivateFolder(const std::string& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (!error) fs::permissions(dir, fs::perms::owner_all, error);
  if (!error) return absl::OkStatus();
  return ResourceError(StatusCode::kUnavailable, "FILE_NOT_WRITTEN", "folder", dir,
                       absl::StrCat("cannot make the folder ", dir, ": ", error.message()));
}

Status MakeAuthority(const Authority& authority, const std::string& instance, absl::Time not_before,
                     absl::Time not_after) {
  ASSIGN_OR_RETURN(const KeyPtr key, MakeEcKey());
  const CertificateSpec spec = {.common_name = absl::StrCat("TStack ", instance, " authority"),
                                .authority = true,
                                .names = {},
                                .not_before = not_before,
                                .not_after = not_after};
  ASSIGN_OR_RETURN(const CertificatePtr certificate, MakeCertificate(spec, *key, nullptr, *key));
  ASSIGN_OR_RETURN(const std::string key_pem, PrivateKeyPem(*key));
  ASSIGN_OR_RETURN(const std::string certificate_pem, CertificatePem(*certificate));
  RETURN_IF_ERROR(WriteFileAtomically(authority.key_file, key_pem, 0600));
  return WriteFileAtomically(authority.certificate_file, certificate_pem, 0600);
}

// These become parts of a URI and of OpenSSL's list notation: separators would forge other names.
Status CheckName(const std::string& name) {
  constexpr char kAllowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  if (!name.empty() && name.find_first_not_of(kAllowed) == std::string::npos)
    return absl::OkStatus();
  return Error(StatusCode::kInvalidArgument, "BAD_CERTIFICATE_NAME",
               absl::StrCat("\"", name, "\" cannot stand in a certificate"));
}

StatusOr<std::vector<std::string>> AlternativeNames(const CertificateRequest& request) {
  for (const std::string& name : {request.instance, request.role, request.host}) {
    RETURN_IF_ERROR(CheckName(name));
  }
  std::vector<std::string> names = {
      absl::StrCat("URI:tstack://", request.instance, "/", request.role, "/", request.host),
      absl::StrCat("DNS:", request.role, ".tstack.internal")};
  for (const std::string& name : request.dns_names) {
    RETURN_IF_ERROR(CheckName(name));
    names.push_back("DNS:" + name);
  }
  for (const std::string& address : request.addresses) {
    RETURN_IF_ERROR(CheckName(address));
    names.push_back("IP:" + address);
  }
  return names;
}

StatusOr<absl::Time> ToTime(const ASN1_TIME& time) {
  struct tm parts{};
  if (ASN1_TIME_to_tm(&time, &parts) != 1) return OpensslError("cannot read a time");
  return absl::FromTM(parts, absl::UTCTimeZone());
}

}  // namespace

StatusOr<Authority> EnsureAuthority(const std::string& dir, const std::string& instance,
                                    absl::Time not_before, absl::Time not_after) {
  const Authority authority = {.certificate_file = dir + "/ca.pem", .key_file = dir + "/ca.key"};
  // The certificate is written last: with it, the pair is complete.
  if (fs::exists(authority.certificate_file) && fs::exists(authority.key_file)) return authority;
  RETURN_IF_ERROR(MakePrivateFolder(dir));
  RETURN_IF_ERROR(MakeAuthority(authority, instance, not_before, not_after));
  return authority;
}

Status IssueCertificate(const Authority& authority, const CertificateRequest& request,
                        const std::string& certificate_file, const std::string& key_file) {
  ASSIGN_OR_RETURN(const std::string authority_pem, ReadWholeFile(authority.certificate_file));
  ASSIGN_OR_RETURN(const std::string authority_key_pem, ReadWholeFile(authority.key_file));
  ASSIGN_OR_RETURN(const CertificatePtr issuer, ParseCertificate(authority_pem));
  ASSIGN_OR_RETURN(const KeyPtr issuer_key, ParsePrivateKey(authority_key_pem));
  ASSIGN_OR_RETURN(std::vector<std::string> names, AlternativeNames(request));
  const CertificateSpec spec = {.common_name = absl::StrCat(request.role, "@", request.host),
                                .authority = false,
                                .names = std::move(names),
                                .not_before = request.not_before,
                                .not_after = request.not_after};
  ASSIGN_OR_RETURN(const KeyPtr key, MakeEcKey());
  ASSIGN_OR_RETURN(const CertificatePtr certificate,
                   MakeCertificate(spec, *key, issuer.get(), *issuer_key));
  ASSIGN_OR_RETURN(const std::string key_pem, PrivateKeyPem(*key));
  ASSIGN_OR_RETURN(const std::string certificate_pem, CertificatePem(*certificate));
  RETURN_IF_ERROR(WriteFileAtomically(key_file, key_pem, 0600));
  return WriteFileAtomically(certificate_file, certificate_pem + authority_pem, 0600);
}

Status MakeSigningKey(const std::string& private_file, const std::string& public_file) {
  const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (key == nullptr) return OpensslError("cannot make a signing key");
  ASSIGN_OR_RETURN(const std::string private_pem, PrivateKeyPem(*key));
  ASSIGN_OR_RETURN(const std::string public_pem, PublicKeyPem(*key));
  // Verifiers learn the key before the signer can use it.
  RETURN_IF_ERROR(WriteFileAtomically(public_file, public_pem, 0644));
  return WriteFileAtomically(private_file, private_pem, 0600);
}

StatusOr<absl::Time> ExpiryOf(const std::string& certificate_file) {
  ASSIGN_OR_RETURN(const std::string pem, ReadWholeFile(certificate_file));
  ASSIGN_OR_RETURN(const CertificatePtr certificate, ParseCertificate(pem));
  return ToTime(*X509_get0_notAfter(certificate.get()));
}

}  // namespace tstack::pki
