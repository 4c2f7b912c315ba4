// Takes the log lines of this process while it lives. For tests; one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tstack::log {

class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // Complete lines so far, without newline.
  std::vector<std::string> Lines() const;
  // How many of them contain `text`.
  int Count(std::string_view text) const;

 private:
  struct Sink;
  std::shared_ptr<Sink> sink_;
};

}  // namespace tstack::log
