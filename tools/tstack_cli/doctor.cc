#include <iostream>

#include "absl/strings/str_cat.h"

#include "tools/tstack_cli/checkup.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/prepare.h"

namespace tstack::cli {
namespace {

void Print(const Finding& finding) {
  constexpr const char* kNames[] = {"OK  ", "WARN", "FAIL"};
  std::cout << kNames[static_cast<int>(finding.verdict)] << "  " << finding.subject << ": "
            << finding.detail << "\n";
  if (!finding.remedy.empty()) std::cout << "        -> " << finding.remedy << "\n";
}

}  // namespace

Status Doctor(const std::string& data) {
  const Instance instance(data);
  ASSIGN_OR_RETURN(const config::v1::Config config, LoadConfig(instance));
  int failures = 0;
  const auto report = [&](const Findings& findings) {
    for (const Finding& finding : findings) {
      Print(finding);
      failures += finding.verdict == Verdict::kFail ? 1 : 0;
    }
  };
  report({{Verdict::kOk, "configuration", instance.config_file() + " is correct", ""}});
  report(CheckSecrets(instance));
  report(CheckCertificates(instance));
  report(CheckDiskSpace(instance));
  report(CheckClock());
  report(CheckProcesses(instance, config));
  report(CheckDatabase(instance, config));
  if (failures == 0) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "UNHEALTHY",
               absl::StrCat(failures, " checks failed"));
}

}  // namespace tstack::cli
