// The head of an answer as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/http/http.h"

namespace tstack::http {

enum class Framing {
  kLength,   // Content-Length
  kChunked,  // Transfer-Encoding: chunked
  kClose,    // the body ends with the connection
};

struct HeadOptions {
  Framing framing = Framing::kLength;
  uint64_t length = 0;          // kLength
  bool keep_alive = true;       // else "Connection: close"
  bool say_keep_alive = false;  // HTTP/1.0 wants to hear it
  bool head_request = false;    // a Content-Length given by the handler counts if there is no body
  absl::Time now;
};

// Drops the fields that are the server's business; line breaks in values become spaces.
std::string WriteHead(const Response& response, const HeadOptions& options);

// 204, 304 and 1xx have none.
bool MayHaveBody(int status);

}  // namespace tstack::http
