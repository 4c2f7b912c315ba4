// gRPC credentials from PEM files, both ends certified.
#pragma once

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "common/rpc/tls.h"
#include "common/status/status.h"

namespace tstack::rpc {

// Files are watched: a renewed certificate serves new connections within seconds.
// kFailedPrecondition if a file is missing now.
StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsFiles& files);
StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TlsFiles& files);

// Who is at the other end of the connection. kUnauthenticated if its certificate does not say.
StatusOr<PeerIdentity> PeerOf(const grpc::AuthContext& context);

}  // namespace tstack::rpc
