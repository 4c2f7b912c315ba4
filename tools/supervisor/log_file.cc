#include "tools/supervisor/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace tstack::supervisor {

LogFile::LogFile(std::string path, int64_t limit, int kept)
    : path_(std::move(path)), limit_(limit), kept_(kept) {
  Open();
}

LogFile::~LogFile() {
  if (fd_ >= 0) close(fd_);
}

void LogFile::Open() {
  fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat info = {};
  size_ = fd_ >= 0 && fstat(fd_, &info) == 0 ? info.st_size : 0;
}

void LogFile::Rotate() {
  if (fd_ >= 0) close(fd_);
  for (int i = kept_; i > 0; --i) {
    const std::string older = i == 1 ? path_ : path_ + "." + std::to_string(i - 1);
    rename(older.c_str(), (path_ + "." + std::to_string(i)).c_str());
  }
  Open();
}

void LogFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (size_ >= limit_ && at_line_start_) Rotate();  // lines are never split between files
    const size_t newline = bytes.find('\n');
    const std::string_view line = bytes.substr(0, newline == bytes.npos ? newline : newline + 1);
    if (write(fd_, line.data(), line.size()) < 0) return;
    size_ += static_cast<int64_t>(line.size());
    at_line_start_ = line.back() == '\n';
    bytes.remove_prefix(line.size());
  }
}

}  // namespace tstack::supervisor
