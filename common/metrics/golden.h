// Compares a registry with its golden file, so that a renamed metric is a visible diff.
#pragma once

#include <string>

#include "common/metrics/metrics.h"

namespace tstack::metrics {

// "" if the file holds exactly the registry's Names(), one a line; otherwise the differing lines
// with "+" (only in the registry) and "-" (only in the file). With TSTACK_UPDATE_GOLDEN set in the
// environment the file is written instead.
std::string DiffWithGolden(const Registry& registry, const std::string& golden_file);

}  // namespace tstack::metrics
