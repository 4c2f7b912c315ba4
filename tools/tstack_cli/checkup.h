// What `tstack doctor` looks at. Each check gives findings; nothing is changed.
#pragma once

#include <string>
#include <vector>

#include "tools/tstack_cli/instance.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::cli {

enum class Verdict { kOk, kWarn, kFail };

struct Finding {
  Verdict verdict = Verdict::kOk;
  std::string subject;  // "disk space"
  std::string detail;   // what was seen
  std::string remedy;   // what to do; empty if OK
};
using Findings = std::vector<Finding>;

// Folder and files only: work while nothing runs.
Findings CheckSecrets(const Instance& instance);
Findings CheckCertificates(const Instance& instance);
Findings CheckDiskSpace(const Instance& instance);
Findings CheckClock();
// The running installation.
Findings CheckProcesses(const Instance& instance, const config::v1::Config& config);
Findings CheckDatabase(const Instance& instance, const config::v1::Config& config);

}  // namespace tstack::cli
