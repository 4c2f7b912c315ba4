// A use after free on purpose: AddressSanitizer must report it.
#include <iostream>
#include <memory>

int main() {
  auto owner = std::make_unique<int>(7);
  const int* const dangling = owner.get();
  owner.reset();
  std::cout << *dangling << "\n";
  return 0;
}
