// Structured logs: one JSON object a line on stderr.
//
//   log::Info(ctx, "volume_extend_rejected", {{"size_gib", 20}, {"error", status}}, "the new size
//   is too small");
//
// `event` is a fixed snake_case name, everything variable is a field. Request id, project, user and
// trace come from the context. INFO: a state changed. WARN: we coped. ERROR: a person must act. All
// functions are thread-safe and never fail.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/log/secret.h"
#include "common/status/status.h"

namespace tstack::log {

enum class Level { kDebug, kInfo, kWarn, kError, kOff };

// What a field may hold. Text must be UTF-8; other bytes are replaced.
class Value {
 public:
  Value(const char* text) : value_(std::string(text)) {}       // NOLINT: implicit by design
  Value(std::string text) : value_(std::move(text)) {}         // NOLINT
  Value(std::string_view text) : value_(std::string(text)) {}  // NOLINT
  Value(bool value) : value_(value) {}                         // NOLINT
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  Value(T value) : value_(static_cast<int64_t>(value)) {}                // NOLINT
  Value(double value) : value_(value) {}                                 // NOLINT
  Value(absl::Duration value) : value_(absl::ToDoubleSeconds(value)) {}  // NOLINT: seconds
  // Becomes error_code, error_reason and the text.
  Value(const Status& status) : value_(status) {}  // NOLINT
  template <typename T>
  Value(const Secret<T>&) = delete;

  const std::variant<std::string, bool, int64_t, double, Status>& get() const { return value_; }

 private:
  std::variant<std::string, bool, int64_t, double, Status> value_;
};

struct Field {
  std::string_view key;
  Value value;
};
using Fields = std::vector<Field>;

void Write(Level level, const RequestContext* request, std::string_view event, const Fields& fields,
           std::string_view message);

#define TSTACK_LOG_LEVEL_(Name)                                                                    \
  inline void Name(std::string_view event, const Fields& fields = {}, std::string_view msg = {}) { \
    Write(Level::k##Name, nullptr, event, fields, msg);                                            \
  }                                                                                                \
  inline void Name(const CallContext& ctx, std::string_view event, const Fields& fields = {},      \
                   std::string_view msg = {}) {                                                    \
    Write(Level::k##Name, &ctx.request, event, fields, msg);                                       \
  }                                                                                                \
  inline void Name(const RequestContext& request, std::string_view event,                          \
                   const Fields& fields = {}, std::string_view msg = {}) {                         \
    Write(Level::k##Name, &request, event, fields, msg);                                           \
  }
TSTACK_LOG_LEVEL_(Debug)
TSTACK_LOG_LEVEL_(Info)
TSTACK_LOG_LEVEL_(Warn)
TSTACK_LOG_LEVEL_(Error)
#undef TSTACK_LOG_LEVEL_

// Names the process in every line; call once at start, before other threads exist. Until then lines
// say "tstack".
void SetService(std::string_view service);
void SetLevel(Level level);
bool Enabled(Level level);
// "debug", "info", "warn", "error", "off"; "" is info.
StatusOr<Level> ParseLevel(std::string_view name);

}  // namespace tstack::log
