#include "common/http/response_head.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tstack::http {
namespace {

constexpr std::array<std::string_view, 5> kOwnFields = {"content-length", "connection", "date",
                                                        "transfer-encoding", "keep-alive"};

bool IsOwnField(std::string_view name) {
  for (std::string_view own : kOwnFields)
    if (absl::EqualsIgnoreCase({name.data(), name.size()}, {own.data(), own.size()})) return true;
  return false;
}

void AppendClean(std::string_view text, std::string& out) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back((byte < 0x20 && c != '\t') || byte == 0x7f ? ' ' : c);
  }
}

// The text changes once a second; each thread keeps its last one.
const std::string& HttpDate(absl::Time now) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  const int64_t current = absl::ToUnixSeconds(now);
  if (current != second) {
    second = current;
    text = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone());
  }
  return text;
}

void AppendFraming(const Response& response, const HeadOptions& options, std::string& out) {
  if (options.framing == Framing::kChunked) {
    out += "Transfer-Encoding: chunked\r\n";
    return;
  }
  if (options.framing == Framing::kClose) return;
  const bool bodiless = response.status == 204 || response.status / 100 == 1;
  const auto given = response.headers.Find("Content-Length");
  if (options.head_request && options.length == 0 && given) {
    out += "Content-Length: ";
    AppendClean(*given, out);
    out += "\r\n";
  } else if (options.head_request && options.length == 0 && response.headers.Find("Content-Type")) {
    // There would be a body of a length that nobody has counted: saying 0 would be wrong.
  } else if (!bodiless) {
    absl::StrAppend(&out, "Content-Length: ", options.length, "\r\n");
  }
}

}  // namespace

std::string WriteHead(const Response& response, const HeadOptions& options) {
  std::string out;
  out.reserve(512);
  const std::string_view reason = ReasonPhrase(response.status);
  absl::StrAppend(&out, "HTTP/1.1 ", response.status, " ");
  out.append(reason).append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    if (IsOwnField(name)) continue;
    AppendClean(name, out);
    out += ": ";
    AppendClean(value, out);
    out += "\r\n";
  }
  AppendFraming(response, options, out);
  out.append("Date: ").append(HttpDate(options.now)).append("\r\n");
  if (!options.keep_alive)
    out += "Connection: close\r\n";
  else if (options.say_keep_alive)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
  return out;
}

bool MayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 207:
      return "Multi-Status";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

}  // namespace tstack::http
