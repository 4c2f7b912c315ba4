#include "common/log/json_line.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tstack::log {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

// Length of the well-formed UTF-8 sequence at `i` (overlong forms and surrogates are none); 0 if
// there is none.
size_t SequenceLength(std::string_view text, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char first = byte(i);
  const size_t length = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 0;
  }
  if (first == 0xE0 && byte(i + 1) < 0xA0) return 0;
  if (first == 0xED && byte(i + 1) >= 0xA0) return 0;
  if (first == 0xF0 && byte(i + 1) < 0x90) return 0;
  if (first == 0xF4 && byte(i + 1) >= 0x90) return 0;
  return length;
}

// Goes into a JSON string as it is.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

void AppendControl(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
  }
}

void AppendKey(std::string& out, std::string_view key) {
  out += out.size() == 1 ? "\"" : ",\"";
  AppendEscaped(out, key);
  out += "\":";
}

void AppendText(std::string& out, std::string_view key, std::string_view text) {
  AppendKey(out, key);
  out += '"';
  AppendEscaped(out, text);
  out += '"';
}

void AppendUnlessEmpty(std::string& out, std::string_view key, std::string_view text) {
  if (!text.empty()) AppendText(out, key, text);
}

struct AppendValue {
  std::string& out;
  std::string_view key;

  void operator()(const std::string& text) const { AppendText(out, key, text); }
  void operator()(bool value) const {
    AppendKey(out, key);
    out += value ? "true" : "false";
  }
  void operator()(int64_t value) const {
    AppendKey(out, key);
    absl::StrAppend(&out, value);
  }
  void operator()(double value) const {
    AppendKey(out, key);
    std::isfinite(value) ? absl::StrAppend(&out, value) : absl::StrAppend(&out, "null");
  }
  void operator()(const Status& status) const {
    AppendText(out, "error_code", absl::StatusCodeToString(status.code()));
    AppendUnlessEmpty(out, "error_reason", ReasonOf(status));
    AppendText(out, key, {status.message().data(), status.message().size()});
  }
};

// "2026-01-31T23:59:59.123456Z". Taking a second apart costs more than the rest of a line: each
// thread keeps the last one.
void AppendTime(std::string& out, absl::Time time) {
  thread_local int64_t last_second = -1;
  thread_local std::string text;
  const int64_t second = absl::ToUnixSeconds(time);
  if (second != last_second) {
    text = absl::FormatTime("%Y-%m-%d%ET%H:%M:%S", time, absl::UTCTimeZone());
    last_second = second;
  }
  const int64_t micros = absl::ToUnixMicros(time) - second * 1'000'000;
  absl::StrAppend(&out, "{\"ts\":\"", text, ".", absl::Dec(micros, absl::kZeroPad6), "Z\"");
}

std::string_view NameOf(Level level) {
  constexpr std::string_view kNames[] = {"DEBUG", "INFO", "WARN", "ERROR", "OFF"};
  return kNames[static_cast<int>(level)];
}

// The trace id inside a traceparent, "00-<trace id>-…".
std::string_view TraceId(std::string_view traceparent) {
  return traceparent.size() < 35 ? std::string_view() : traceparent.substr(3, 32);
}

void AppendRequest(std::string& out, const RequestContext& request) {
  AppendUnlessEmpty(out, "request_id", request.request_id);
  AppendUnlessEmpty(out, "global_request_id", request.global_request_id);
  AppendUnlessEmpty(out, "trace_id", TraceId(request.traceparent));
  AppendUnlessEmpty(out, "project_id", request.auth.project_id());
  AppendUnlessEmpty(out, "user_id", request.auth.user_id());
}

}  // namespace

void AppendEscaped(std::string& out, std::string_view text) {
  size_t i =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsPlain) - text.begin());
  out.append(text, 0, i);
  while (i < text.size()) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F) {
      AppendControl(out, text[i++]);
      continue;
    }
    const size_t length = SequenceLength(text, i);
    length == 0 ? out.append(kReplacement) : out.append(text.substr(i, length));
    i += length == 0 ? 1 : length;
  }
}

std::string JsonLine(absl::Time time, Level level, std::string_view service,
                     const RequestContext* request, std::string_view event, const Fields& fields,
                     std::string_view message) {
  std::string out;
  out.reserve(512);
  AppendTime(out, time);
  AppendText(out, "level", NameOf(level));
  AppendText(out, "service", service);
  AppendText(out, "event", event);
  if (request != nullptr) AppendRequest(out, *request);
  for (const Field& field : fields) std::visit(AppendValue{out, field.key}, field.value.get());
  AppendUnlessEmpty(out, "msg", message);
  out += '}';
  return out;
}

}  // namespace tstack::log
