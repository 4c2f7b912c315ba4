#include "tools/tstack_cli/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tstack::cli {

void Progress::Begin(std::string_view title) {
  title_ = title;
  began_ = told_ = clock_.Steady();
}

void Progress::Done(std::string_view detail) {
  out_ << "  " << title_ << " (" << Short(clock_.Steady() - began_) << ")";
  if (!detail.empty()) out_ << ": " << detail;
  out_ << std::endl;
}

void Progress::Tick(std::string_view note) {
  const absl::Duration now = clock_.Steady();
  if (now - told_ < absl::Seconds(2)) return;
  told_ = now;
  out_ << "  " << title_ << " … " << Short(now - began_);
  if (!note.empty()) out_ << ", " << note.substr(0, note.find('\n'));
  out_ << std::endl;
}

void Progress::Say(std::string_view line) { out_ << line << std::endl; }

Status Progress::WaitFor(std::string_view title, absl::Duration patience,
                         const std::function<Status()>& ask) {
  Begin(title);
  const absl::Duration end = clock_.Steady() + patience;
  absl::Duration pause = absl::Milliseconds(5);
  while (true) {
    const Status status = ask();
    if (status.ok()) {
      Done();
      return status;
    }
    if (status.code() == StatusCode::kAborted || clock_.Steady() >= end) {
      return Annotate(
          status, absl::StrCat(title_, " failed after ", Short(clock_.Steady() - began_), ": "));
    }
    Tick(std::string(status.message()));
    sleeper_.Sleep(pause);
    pause = std::min(pause * 2, absl::Milliseconds(50));
  }
}

std::string Short(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  if (seconds < 100) return absl::StrFormat("%.1f s", seconds);
  if (seconds < 7200) return absl::StrFormat("%.0f min", seconds / 60);
  if (seconds < 172800) return absl::StrFormat("%.0f h", seconds / 3600);
  return absl::StrFormat("%.0f d", seconds / 86400);
}

}  // namespace tstack::cli
