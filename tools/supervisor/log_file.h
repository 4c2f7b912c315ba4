// The log of one process: appended to, and set aside when it is full, so that a talkative process
// cannot fill the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstack::supervisor {

// Not thread-safe. Errors of the disk are ignored: a full disk must not stop what is supervised.
class LogFile {
 public:
  // Keeps `path` and the older `path`.1 … `path`.<kept>, each up to `limit` bytes. Made with mode
  // 0600.
  LogFile(std::string path, int64_t limit = 16 << 20, int kept = 3);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  void Write(std::string_view bytes);

 private:
  void Open();
  void Rotate();

  const std::string path_;
  const int64_t limit_;
  const int kept_;
  int fd_ = -1;
  int64_t size_ = 0;
  bool at_line_start_ = true;
};

}  // namespace tstack::supervisor
