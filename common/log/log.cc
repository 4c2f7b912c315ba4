#include "common/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "absl/strings/str_cat.h"

#include "common/log/capture.h"
#include "common/log/json_line.h"
#include "common/time/clock.h"

namespace tstack::log {
namespace {

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
    case Level::kOff:
      break;
  }
  return spdlog::level::off;
}

// Lines are written whole; errors reach the file at once, others too: stderr is not buffered.
std::shared_ptr<spdlog::logger> MakeLogger() {
  auto logger =
      std::make_shared<spdlog::logger>("tstack", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::info);
  logger->set_error_handler([](const std::string&) {});  // a full disk must not stop a service
  return logger;
}

// Never destroyed: threads may log while the process ends.
struct Output {
  std::shared_ptr<spdlog::logger> logger = MakeLogger();
  std::string service = "tstack";
  // What a Capture replaces.
  absl::Mutex mutex;
  std::function<void(std::string)> capture ABSL_GUARDED_BY(mutex);
  std::atomic<bool> captured = false;
};

Output& TheOutput() {
  static Output& output = *new Output;
  return output;
}

}  // namespace

void Write(Level level, const RequestContext* request, std::string_view event, const Fields& fields,
           std::string_view message) {
  if (!Enabled(level)) return;
  Output& output = TheOutput();
  std::string line =
      JsonLine(RealClock().Now(), level, output.service, request, event, fields, message);
  if (output.captured.load(std::memory_order_acquire)) {
    absl::MutexLock lock(&output.mutex);
    if (output.capture) return output.capture(std::move(line));
  }
  output.logger->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void SetService(std::string_view service) { TheOutput().service = std::string(service); }

void SetLevel(Level level) { TheOutput().logger->set_level(ToSpdlog(level)); }

bool Enabled(Level level) { return TheOutput().logger->should_log(ToSpdlog(level)); }

StatusOr<Level> ParseLevel(std::string_view name) {
  if (name.empty() || name == "info") return Level::kInfo;
  if (name == "debug") return Level::kDebug;
  if (name == "warn") return Level::kWarn;
  if (name == "error") return Level::kError;
  if (name == "off") return Level::kOff;
  return tstack::Error(StatusCode::kInvalidArgument, "LOG_LEVEL",
                       absl::StrCat("unknown log level \"", std::string(name), "\""));
}

struct Capture::Sink {
  mutable absl::Mutex mutex;
  std::vector<std::string> lines ABSL_GUARDED_BY(mutex);
};

Capture::Capture() : sink_(std::make_shared<Sink>()) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.capture = [sink = sink_](std::string line) {
    absl::MutexLock sink_lock(&sink->mutex);
    sink->lines.push_back(std::move(line));
  };
  output.captured = true;
}

Capture::~Capture() {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.captured = false;
  output.capture = nullptr;
}

std::vector<std::string> Capture::Lines() const {
  absl::MutexLock lock(&sink_->mutex);
  return sink_->lines;
}

int Capture::Count(std::string_view text) const {
  const auto lines = Lines();
  return static_cast<int>(std::count_if(
      lines.begin(), lines.end(),
      [text](const std::string& line) { return line.find(text) != std::string::npos; }));
}

}  // namespace tstack::log
