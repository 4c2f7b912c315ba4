// Whether something that was read at one place of a sequence of changes is still true: for caches
// that are told of every change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace tstack::changes {

// Kind and id of something that can change.
using Subject = std::pair<int, std::string>;

// Not thread-safe. Bounded: of the changes before the last `remembered` it only knows that they
// were, and judges everything older than these as untrue.
class ChangeIndex {
 public:
  explicit ChangeIndex(size_t remembered) : remembered_(remembered) {}

  // Change number `seq` touched `subject`. May run ahead of Advance(): who made a change knows it
  // before it is told.
  void Touch(int64_t seq, Subject subject);
  // Nothing that was read before `seq` is true.
  void TouchAll(int64_t seq);
  // All changes up to `seq` have been told.
  void Advance(int64_t seq);
  // The numbering begins anew. The caller throws away what was read before.
  void Reset();

  int64_t applied() const { return applied_; }
  // Read in a snapshot at `read_at`, and no change that is known touches it since. Of changes
  // behind applied() it can know only what Touch() told.
  bool StillTrue(const std::vector<Subject>& depends_on, int64_t read_at) const;

 private:
  const size_t remembered_;
  int64_t applied_ = 0;
  int64_t newest_ = 0;  // of all that were told
  int64_t floor_ = 0;   // everything read before is untrue
  absl::flat_hash_map<Subject, int64_t> changed_;
  std::deque<std::pair<int64_t, Subject>> order_;  // oldest first
};

}  // namespace tstack::changes
