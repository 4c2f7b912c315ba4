#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/match.h"

#include "common/time/clock.h"
#include "tools/tstack_cli/commands.h"
#include "tools/tstack_cli/instance.h"

namespace tstack::cli {
namespace {

struct Line {
  std::string time;  // as written; "" if the line has none
  std::string process;
  std::string text;
};

// The value of "ts" in a JSON line: enough to sort by.
std::string TimeOf(const std::string& line) {
  constexpr std::string_view kKey = "\"ts\":\"";
  const size_t start = line.find(kKey);
  if (start == std::string::npos) return "";
  const size_t from = start + kKey.size();
  return line.substr(from, line.find('"', from) - from);
}

// The logs of processes whose name starts with `prefix`; with `older`, also those set aside, oldest
// first.
std::vector<std::string> FilesOf(const Instance& instance, const std::string& prefix, bool older) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(instance.Path("logs"), error)) {
    const std::string name = entry.path().filename();
    const bool current = absl::EndsWith(name, ".log");
    if (!absl::StartsWith(name, prefix) || (!current && !older)) continue;
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end(), std::greater<>());
  return files;
}

std::string ProcessOf(const std::string& file) {
  const std::string name = std::filesystem::path(file).filename();
  return name.substr(0, name.find(".log"));
}

void Print(const Line& line) { std::cout << line.process << " | " << line.text << "\n"; }

// All lines with the request id, of all processes, in the order of time.
void ShowRequest(const Instance& instance, const LogOptions& options) {
  std::vector<Line> lines;
  for (const std::string& file : FilesOf(instance, options.process, true)) {
    std::ifstream in(file);
    for (std::string text; std::getline(in, text);) {
      if (absl::StrContains(text, options.request_id))
        lines.push_back({TimeOf(text), ProcessOf(file), text});
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.time < b.time; });
  for (const Line& line : lines) Print(line);
}

void ShowTail(const std::string& file, int count) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) lines.push_back(std::move(text));
  const size_t skip = lines.size() > static_cast<size_t>(count) ? lines.size() - count : 0;
  for (size_t i = skip; i < lines.size(); ++i) Print({"", ProcessOf(file), lines[i]});
}

// Prints what is added, for ever. A file that has become shorter was rotated: it is read from its
// start.
[[noreturn]] void Follow(const Instance& instance, const LogOptions& options) {
  std::map<std::string, std::streamoff> seen;
  for (const std::string& file : FilesOf(instance, options.process, false)) {
    seen[file] = static_cast<std::streamoff>(std::filesystem::file_size(file));
  }
  while (true) {
    for (const std::string& file : FilesOf(instance, options.process, false)) {
      std::ifstream in(file, std::ios::ate);
      if (in.tellg() < seen[file]) seen[file] = 0;
      in.seekg(seen[file]);
      for (std::string text; std::getline(in, text) && !in.eof();) {
        if (absl::StrContains(text, options.request_id)) Print({"", ProcessOf(file), text});
        seen[file] = in.tellg();
      }
    }
    std::cout.flush();
    RealSleeper().Sleep(absl::Milliseconds(200));
  }
}

}  // namespace

Status ShowLogs(const LogOptions& options) {
  const Instance instance(options.data);
  if (FilesOf(instance, options.process, false).empty()) {
    return Error(StatusCode::kNotFound, "NO_LOG",
                 "there is no log of " + options.process + " in " + instance.Path("logs"));
  }
  if (!options.request_id.empty()) {
    ShowRequest(instance, options);
  } else {
    for (const std::string& file : FilesOf(instance, options.process, false))
      ShowTail(file, options.lines);
  }
  if (options.follow) Follow(instance, options);
  return absl::OkStatus();
}

}  // namespace tstack::cli
