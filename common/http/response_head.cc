#include "common/http/response_head.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/http/reason_phrase.h"

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
  const size_t begin = out.size();
  out.append(text);
  for (size_t i = begin; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) out[i] = ' ';
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

}  // namespace tstack::http
