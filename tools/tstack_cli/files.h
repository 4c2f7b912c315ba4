// Files of the data folder: private, replaced as a whole, rewritten only when their content
// changes.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::cli {

Status EnsureDirectory(const std::string& path, mode_t mode = 0700);
// For a folder in a place where others may make files too (/tmp): makes it with mode 0700. Then as
// CheckPrivateDirectory.
Status EnsurePrivateDirectory(const std::string& path);
// kPermissionDenied unless it is a folder, not a link to one, of this user, that nobody else may
// enter; kNotFound if there is nothing.
Status CheckPrivateDirectory(const std::string& path);
// Leaves the file alone if it has this content already.
Status WriteFile(const std::string& path, std::string_view content, mode_t mode = 0600);
// kNotFound if it cannot be read.
StatusOr<std::string> ReadFile(const std::string& path);
bool Exists(const std::string& path);

// From the kernel.
std::string RandomBytes(size_t bytes);
// As lower-case hex: 2 * `bytes` characters.
std::string RandomHex(size_t bytes);
// Creates the file with a random text if there is none; returns its content.
StatusOr<std::string> EnsureSecret(const std::string& path, size_t bytes = 24);

// A short text that changes when a file is replaced or rewritten; "-" if there is none.
std::string Fingerprint(const std::string& path);
// FNV-1a, stable between versions; not for security.
uint64_t HashOf(std::string_view text);

}  // namespace tstack::cli
