// Where a process finds its certificate, and what a peer's certificate says.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::rpc {

// PEM files; read again when they change.
struct TlsFiles {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
};
TlsFiles TlsFilesOf(const config::v1::Tls& tls);

// URI subject alternative name "tstack://<instance>/<role>/<host>".
struct PeerIdentity {
  std::string instance;
  std::string role;
  std::string host;
};
// kUnauthenticated with reason BAD_PEER_NAME for anything else.
StatusOr<PeerIdentity> ParsePeerIdentity(std::string_view uri);
std::string FormatPeerIdentity(const PeerIdentity& identity);
// The DNS name that a backend's certificate carries: "<role>.tstack.internal".
std::string TlsNameOfRole(std::string_view role);

}  // namespace tstack::rpc
