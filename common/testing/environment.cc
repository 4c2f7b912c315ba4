#include "common/testing/environment.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <vector>

#include "common/time/clock.h"

namespace tstack::testing {
namespace {

// Below the range that the kernel hands out to outgoing connections.
constexpr int kFirstPort = 22000;
constexpr int kLastPort = 32000;

bool CanBind(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool ok = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return ok;
}

// Test executables run side by side: a locked file for the life of this process marks the port as
// taken.
bool ClaimPort(int port) {
  static const std::filesystem::path folder = [] {
    std::filesystem::path path = CacheDirectory() / "ports";
    std::filesystem::create_directories(path);
    return path;
  }();
  const int fd = open((folder / std::to_string(port)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;  // kept open on purpose
  close(fd);
  return false;
}

}  // namespace

int FreePort() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(kFirstPort, kLastPort);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = ports(random);
    if (CanBind(port) && ClaimPort(port)) return port;
  }
  std::cerr << "no free port\n";
  std::abort();
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = std::filesystem::temp_directory_path() / "tstack-test-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    std::cerr << "cannot create " << name << "\n";
    std::abort();
  }
  path_ = name;
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (std::getenv("TSTACK_TEST_KEEP") == nullptr) std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path CacheDirectory() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path base = std::filesystem::temp_directory_path();
  if (home != nullptr && *home != '\0') base = std::filesystem::path(home) / ".cache";
  if (xdg != nullptr && *xdg != '\0') base = xdg;
  std::filesystem::create_directories(base / "tstack-test");
  return base / "tstack-test";
}

bool WaitFor(std::string_view what, absl::Duration promise,
             const std::function<bool()>& condition) {
  const absl::Duration start = RealClock().Steady();
  absl::Duration pause = absl::Milliseconds(1);
  bool held = condition();
  while (!held && RealClock().Steady() - start < promise * 10) {
    RealSleeper().Sleep(pause);
    pause = std::min(pause * 2, absl::Milliseconds(50));
    held = condition();
  }
  const double measured = absl::ToDoubleMilliseconds(RealClock().Steady() - start);
  std::cout << "measured: " << what << ": " << measured << " ms"
            << (held ? "" : " and it never held") << " (promised "
            << absl::ToDoubleMilliseconds(promise) << " ms)\n";
  return held;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void WriteFile(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
}

std::string Tail(const std::string& path, int lines) {
  const std::string content = ReadFile(path);
  size_t begin = content.size();
  for (int line = 0; line <= lines && begin != std::string::npos && begin > 0; ++line) {
    begin = content.rfind('\n', begin - 1);
  }
  return begin == std::string::npos ? content : content.substr(begin);
}

}  // namespace tstack::testing
