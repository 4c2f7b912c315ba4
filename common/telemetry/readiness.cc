#include "common/telemetry/readiness.h"

#include "absl/strings/str_cat.h"

namespace tstack::telemetry {

void Readiness::Add(std::string name, Check check) {
  absl::MutexLock lock(&mutex_);
  checks_.emplace_back(std::move(name), std::move(check));
}

void Readiness::SetReady() {
  absl::MutexLock lock(&mutex_);
  if (state_ == State::kStarting) state_ = State::kReady;
}

void Readiness::Stop() {
  absl::MutexLock lock(&mutex_);
  state_ = State::kStopping;
  checks_.clear();
}

Status Readiness::Ask() const {
  absl::MutexLock lock(&mutex_);
  if (state_ == State::kStarting) return absl::UnavailableError("starting\n");
  if (state_ == State::kStopping) return absl::UnavailableError("stopping\n");
  std::string reasons;
  for (const auto& [name, check] : checks_) {
    const Status status = check();
    if (!status.ok()) absl::StrAppend(&reasons, name, ": ", status.message(), "\n");
  }
  return reasons.empty() ? absl::OkStatus() : absl::UnavailableError(reasons);
}

}  // namespace tstack::telemetry
