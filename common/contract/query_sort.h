// sort_key and sort_dir, or sort=key:dir: one order from either spelling.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/contract/query.h"
#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

class SortParams {
 public:
  // True if `param` is about sorting; it is kept then.
  bool Take(const QueryParam& param);
  // INVALID_SORT_KEY for keys that are not allowed, bad directions, and combinations without a
  // meaning.
  StatusOr<std::vector<api::SortKey>> Resolve(const QueryOptions& options) const;

 private:
  StatusOr<std::vector<api::SortKey>> FromPairs(const QueryOptions& options) const;
  StatusOr<std::vector<api::SortKey>> FromList(const QueryOptions& options) const;

  std::vector<std::string> keys_;
  std::vector<std::string> directions_;
  std::vector<std::string> lists_;
};

}  // namespace tstack::contract
