// A data race on purpose: if ThreadSanitizer does not report it, its silence about the rest proves
// nothing.
#include <iostream>
#include <thread>

namespace tstack::sanitizers {

int counter = 0;

void Count() {
  for (int i = 0; i < 1000; ++i) ++counter;
}

}  // namespace tstack::sanitizers

int main() {
  std::thread other(tstack::sanitizers::Count);
  tstack::sanitizers::Count();
  other.join();
  std::cout << tstack::sanitizers::counter << "\n";
  return 0;
}
