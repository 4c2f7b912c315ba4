#include "common/contract/query_sort.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/contract/json_builder.h"
#include "common/contract/json_text.h"

namespace tstack::contract {
namespace {

Status Invalid(std::string_view param, const std::string& message) {
  common::v1::ErrorDetail detail;
  detail.set_reason("INVALID_SORT_KEY");
  detail.set_field(std::string(param));
  return WithDetail(Status(StatusCode::kInvalidArgument, message), detail);
}

StatusOr<bool> IsDescending(const std::string& direction) {
  const std::string lower = absl::AsciiStrToLower(direction);
  if (lower == "asc" || lower == "desc") return lower == "desc";
  return Invalid("sort_dir",
                 absl::StrCat("invalid sort direction ", JsonString(Shortened(direction, 60)),
                              ": it must be asc or desc"));
}

StatusOr<api::SortKey> MakeKey(const std::string& key, const std::string& direction,
                               const QueryOptions& options) {
  const std::vector<std::string>& allowed = options.sort_keys;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
    return Invalid("sort_key", absl::StrCat("invalid sort key ", JsonString(Shortened(key, 60)),
                                            ": it must be one of ", absl::StrJoin(allowed, ", ")));
  }
  api::SortKey result;
  result.set_key(key);
  ASSIGN_OR_RETURN(const bool descending, IsDescending(direction));
  result.set_descending(descending);
  return result;
}

}  // namespace

bool SortParams::Take(const QueryParam& param) {
  if (param.name == "sort_key") {
    keys_.push_back(param.value);
  } else if (param.name == "sort_dir") {
    directions_.push_back(param.value);
  } else if (param.name == "sort") {
    lists_.push_back(param.value);
  } else {
    return false;
  }
  return true;
}

StatusOr<std::vector<api::SortKey>> SortParams::Resolve(const QueryOptions& options) const {
  if (lists_.empty()) return FromPairs(options);
  if (!keys_.empty() || !directions_.empty()) {
    return Invalid("sort", "sort cannot be combined with sort_key and sort_dir");
  }
  return FromList(options);
}

StatusOr<std::vector<api::SortKey>> SortParams::FromPairs(const QueryOptions& options) const {
  const std::string fallback = !directions_.empty()      ? directions_[0]
                               : options.sort_descending ? "desc"
                                                         : "asc";
  if (options.sort_dir_required && keys_.size() != directions_.size()) {
    return Invalid("sort_dir", "The number of sort_keys and sort_dirs must be same");
  }
  std::vector<api::SortKey> result;
  if (keys_.empty() && directions_.size() == 1) {
    ASSIGN_OR_RETURN(const bool descending, IsDescending(directions_[0]));
    result.emplace_back().set_descending(descending);
    return result;
  }
  if (directions_.size() > keys_.size()) {
    return Invalid("sort_dir", "there are more sort directions than sort keys");
  }
  for (size_t i = 0; i < keys_.size(); ++i) {
    ASSIGN_OR_RETURN(
        api::SortKey key,
        MakeKey(keys_[i], i < directions_.size() ? directions_[i] : fallback, options));
    result.push_back(std::move(key));
  }
  return result;
}

StatusOr<std::vector<api::SortKey>> SortParams::FromList(const QueryOptions& options) const {
  std::vector<api::SortKey> result;
  for (const std::string& list : lists_) {
    for (const absl::string_view piece : absl::StrSplit(list, ',')) {
      const std::vector<std::string> pair =
          absl::StrSplit(absl::StripAsciiWhitespace(piece), absl::MaxSplits(':', 1));
      const std::string fallback = options.sort_descending ? "desc" : "asc";
      ASSIGN_OR_RETURN(api::SortKey key,
                       MakeKey(pair[0], pair.size() > 1 ? pair[1] : fallback, options));
      result.push_back(std::move(key));
    }
  }
  return result;
}

}  // namespace tstack::contract
