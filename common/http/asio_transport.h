// Transports on Asio sockets. Only for the .cc files of this folder; each kind has its own
// translation unit, because Asio is slow to compile.
#pragma once

#include <memory>
#include <utility>  // before Asio: Boost 1.74 forgets it

#include <boost/asio/generic/stream_protocol.hpp>

#include "common/http/server.h"
#include "common/http/transport.h"

namespace tstack::http {

using Socket = boost::asio::generic::stream_protocol::socket;

std::unique_ptr<Transport> MakePlainTransport(Socket socket);

// Certificate, key and the settings of all connections of a listener.
class TlsContext;
StatusOr<std::shared_ptr<TlsContext>> MakeTlsContext(const TlsFiles& files);
std::unique_ptr<Transport> MakeTlsTransport(Socket socket, std::shared_ptr<TlsContext> context);

}  // namespace tstack::http
