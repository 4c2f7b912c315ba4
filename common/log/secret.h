// A value that cannot be logged, printed or turned into a log field: doing so does not compile.
#pragma once

#include <ostream>
#include <utility>

namespace tstack::log {

template <typename T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  // The one way to the value: easy to find in a review.
  const T& Reveal() const { return value_; }

 private:
  T value_{};
};

template <typename T>
std::ostream& operator<<(std::ostream&, const Secret<T>&) = delete;

}  // namespace tstack::log
