#include "common/pki/certificate.h"

#include <openssl/pem.h>
#include <openssl/rand.h>

#include "absl/strings/str_join.h"

namespace tstack::pki {
namespace {

constexpr int kSerialBytes = 16;

Status SetSerial(X509& certificate) {
  unsigned char bytes[kSerialBytes];
  if (RAND_bytes(bytes, sizeof(bytes)) != 1) return OpensslError("no random bytes");
  bytes[0] &= 0x7F;  // a serial number is positive
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(bytes, sizeof(bytes), nullptr));
  if (number == nullptr ||
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) == nullptr) {
    return OpensslError("cannot set the serial number");
  }
  return absl::OkStatus();
}

Status AddExtension(X509& certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer == nullptr ? &certificate : issuer, &certificate, nullptr,
                 nullptr, 0);
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (extension == nullptr || X509_add_ext(&certificate, extension.get(), -1) != 1) {
    return OpensslError("cannot add the extension \"" + value + "\"");
  }
  return absl::OkStatus();
}

Status AddExtensions(X509& certificate, X509* issuer, const CertificateSpec& spec) {
  RETURN_IF_ERROR(
      AddExtension(certificate, issuer, NID_basic_constraints,
                   spec.authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE"));
  RETURN_IF_ERROR(
      AddExtension(certificate, issuer, NID_key_usage,
                   spec.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature"));
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_subject_key_identifier, "hash"));
  if (spec.authority) return absl::OkStatus();
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid"));
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth"));
  return AddExtension(certificate, issuer, NID_subject_alt_name, absl::StrJoin(spec.names, ","));
}

Status SetNames(X509& certificate, X509* issuer, const std::string& common_name) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text,
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return OpensslError("cannot set the name \"" + common_name + "\"");
  }
  X509_NAME* by = issuer == nullptr ? subject : X509_get_subject_name(issuer);
  return X509_set_issuer_name(&certificate, by) == 1 ? absl::OkStatus()
                                                     : OpensslError("cannot set the issuer");
}

Status SetTimes(X509& certificate, const CertificateSpec& spec) {
  const bool set =
      ASN1_TIME_set(X509_getm_notBefore(&certificate), absl::ToTimeT(spec.not_before)) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(&certificate), absl::ToTimeT(spec.not_after)) != nullptr;
  return set ? absl::OkStatus() : OpensslError("cannot set the times");
}

// What `write` puts into a memory BIO.
template <typename Write>
StatusOr<std::string> Pem(Write write) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || write(bio.get()) != 1) return OpensslError("cannot write PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

BioPtr Reader(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

}  // namespace

StatusOr<KeyPtr> MakeEcKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (key == nullptr) return OpensslError("cannot make a key");
  return key;
}

StatusOr<CertificatePtr> MakeCertificate(const CertificateSpec& spec, EVP_PKEY& key, X509* issuer,
                                         EVP_PKEY& issuer_key) {
  CertificatePtr certificate(X509_new());
  if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), &key) != 1) {
    return OpensslError("cannot make a certificate");
  }
  RETURN_IF_ERROR(SetSerial(*certificate));
  RETURN_IF_ERROR(SetNames(*certificate, issuer, spec.common_name));
  RETURN_IF_ERROR(SetTimes(*certificate, spec));
  RETURN_IF_ERROR(AddExtensions(*certificate, issuer, spec));
  if (X509_sign(certificate.get(), &issuer_key, EVP_sha256()) == 0)
    return OpensslError("cannot sign");
  return certificate;
}

StatusOr<std::string> CertificatePem(X509& certificate) {
  return Pem([&](BIO* bio) { return PEM_write_bio_X509(bio, &certificate); });
}

StatusOr<std::string> PrivateKeyPem(EVP_PKEY& key) {
  return Pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, &key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

StatusOr<std::string> PublicKeyPem(EVP_PKEY& key) {
  return Pem([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, &key); });
}

StatusOr<CertificatePtr> ParseCertificate(const std::string& pem) {
  CertificatePtr certificate(PEM_read_bio_X509(Reader(pem).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return OpensslError("no certificate");
  return certificate;
}

StatusOr<KeyPtr> ParsePrivateKey(const std::string& pem) {
  // An empty password refuses encrypted keys instead of asking the terminal.
  KeyPtr key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, nullptr, const_cast<char*>("")));
  if (key == nullptr) return OpensslError("no private key");
  return key;
}

}  // namespace tstack::pki
