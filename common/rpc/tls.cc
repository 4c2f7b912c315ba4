#include "common/rpc/tls.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tstack::rpc {
namespace {

constexpr std::string_view kScheme = "tstack://";

}  // namespace

TlsFiles TlsFilesOf(const config::v1::Tls& tls) {
  return {.ca_file = tls.ca_file(),
          .certificate_file = tls.certificate_file(),
          .key_file = tls.key_file()};
}

StatusOr<PeerIdentity> ParsePeerIdentity(std::string_view uri) {
  const auto bad = [] {
    return Error(StatusCode::kUnauthenticated, "BAD_PEER_NAME",
                 "the peer's certificate does not name an instance, a role and a host");
  };
  if (!uri.starts_with(kScheme)) return bad();
  const std::string rest(uri.substr(kScheme.size()));
  const std::vector<std::string> parts = absl::StrSplit(rest, '/');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty() || parts[2].empty()) return bad();
  return PeerIdentity{.instance = parts[0], .role = parts[1], .host = parts[2]};
}

std::string FormatPeerIdentity(const PeerIdentity& identity) {
  return absl::StrCat(std::string(kScheme), identity.instance, "/", identity.role, "/",
                      identity.host);
}

std::string TlsNameOfRole(std::string_view role) {
  return absl::StrCat(std::string(role), ".tstack.internal");
}

}  // namespace tstack::rpc
