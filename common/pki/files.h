// Files that appear whole or not at all.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::pki {

// Writes beside the target, fsyncs and renames. kUnavailable if the disk refuses.
Status WriteFileAtomically(const std::string& path, std::string_view content, mode_t mode);
// kNotFound if it cannot be read.
StatusOr<std::string> ReadWholeFile(const std::string& path);

}  // namespace tstack::pki
