#include <sys/stat.h>
#include <sys/timex.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/pki/pki.h"
#include "common/time/clock.h"
#include "tools/tstack_cli/checkup.h"
#include "tools/tstack_cli/progress.h"

namespace tstack::cli {
namespace {

constexpr mode_t kOthers = 077;

bool IsOpenToOthers(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & kOthers) != 0;
}

bool IsSecret(const std::filesystem::path& path) {
  return path.extension() == ".key" || path.parent_path().filename() == "secrets" ||
         path.filename() == "clouds.yaml" || path.filename() == "openrc" ||
         path.filename() == ".erlang.cookie" || path.filename() == "rabbitmq.conf";
}

Finding JudgeCertificate(const std::string& path, absl::Time now) {
  const std::string name = std::filesystem::path(path).filename();
  const auto expiry = pki::ExpiryOf(path);
  if (!expiry.ok())
    return {Verdict::kFail, "certificate " + name, std::string(expiry.status().message()),
            "delete it and run `tstack up`"};
  const absl::Duration left = *expiry - now;
  if (left < absl::ZeroDuration()) {
    return {Verdict::kFail, "certificate " + name, "expired " + Short(-left) + " ago",
            "run `tstack up`, it renews it"};
  }
  const bool soon = left < absl::Hours(24 * 30);
  return {soon ? Verdict::kWarn : Verdict::kOk, "certificate " + name, "valid for " + Short(left),
          soon ? "run `tstack up`, it renews it" : ""};
}

}  // namespace

Findings CheckSecrets(const Instance& instance) {
  Findings findings;
  std::error_code error;
  if (IsOpenToOthers(instance.data())) {
    findings.push_back({Verdict::kFail, "data folder", "other users may look into it",
                        "chmod 700 " + instance.data()});
  }
  for (const char* folder : {"", "secrets", "tls", "rabbitmq", "rabbitmq/home"}) {
    for (const auto& entry : std::filesystem::directory_iterator(instance.Path(folder), error)) {
      if (!entry.is_regular_file(error) || !IsSecret(entry.path()) || !IsOpenToOthers(entry.path()))
        continue;
      findings.push_back({Verdict::kFail, "secret",
                          absl::StrCat(entry.path().string(), " is readable by others"),
                          absl::StrCat("chmod 600 it, and replace what it holds")});
    }
  }
  if (findings.empty())
    findings.push_back({Verdict::kOk, "secrets", "only their owner can read them", ""});
  return findings;
}

Findings CheckCertificates(const Instance& instance) {
  Findings findings;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(instance.Path("tls"), error)) {
    if (entry.path().extension() == ".pem")
      findings.push_back(JudgeCertificate(entry.path(), RealClock().Now()));
  }
  if (findings.empty())
    findings.push_back({Verdict::kFail, "certificates", "there are none", "run `tstack up`"});
  return findings;
}

Findings CheckDiskSpace(const Instance& instance) {
  std::error_code error;
  const auto space = std::filesystem::space(instance.data(), error);
  const double free = static_cast<double>(space.available) / 1e9;
  const Verdict verdict = free < 0.2 ? Verdict::kFail : free < 2 ? Verdict::kWarn : Verdict::kOk;
  return {{verdict, "disk space", absl::StrFormat("%.1f GB free", free),
           verdict == Verdict::kOk ? "" : "make room: the database stops when the disk is full"}};
}

Findings CheckClock() {
  timex state = {};
  const bool synchronised = adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
  return {{synchronised ? Verdict::kOk : Verdict::kWarn, "clock",
           synchronised ? "synchronised" : "the kernel says that nobody keeps it right",
           synchronised
               ? ""
               : "run chrony or systemd-timesyncd; tokens and certificates depend on the time"}};
}

}  // namespace tstack::cli
