// Query strings: decoding, and reading parameters into a request message by its plan.
// Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "common/contract/plan.h"
#include "common/status/status.h"

namespace tstack::contract {

struct QueryParam {
  std::string name;
  std::string value;
  bool has_value = true;  // false for "?include_names"

  bool operator==(const QueryParam&) const = default;
};

// Percent-decoded pairs in order. INVALID_QUERY for bad escapes, NUL, or bad UTF-8.
StatusOr<std::vector<QueryParam>> ParseQuery(std::string_view query);

// One piece of a path or query. INVALID_QUERY as above; `plus_is_space` for queries.
StatusOr<std::string> PercentDecode(std::string_view text, bool plus_is_space);
// Everything but unreserved characters is escaped: for a path segment or a query value.
std::string PercentEncode(std::string_view text);

// How filters are spelled. Values of equal filters on one field are collected: any of them matches.
// A singular Filter field holds one operator; several on one field
// (created_at=gt:…&created_at=lt:…) need a repeated one.
enum class FilterStyle {
  kPlain,      // name=x; repeated: any of them                               nova, plain
  kKeystone,   // name__contains=x, __startswith, __endswith, i… of each, __iexact
  kGlance,     // name=in:a,b   size=gt:5   created_at=lte:…   neq: eq:       glance, cinder's times
  kNeutron,    // name=a&name=b: any of them; name= is the empty value
  kPlacement,  // in:a,b   !x   !in:a,b
  kCinder,     // name~=x contains; gt:, lt: … on times
};

struct QueryOptions {
  ApiVersion version;
  FilterStyle filters = FilterStyle::kPlain;
  // Fields bound elsewhere (path, header, body).
  const std::vector<const google::protobuf::FieldDescriptor*>* excluded = nullptr;
  // Only fields marked `query`, `filter` or `suffixed`, SortKeys, and a paged list's limit and
  // marker: for requests that have a body.
  bool marked_only = false;

  // Allowed sort keys; empty: any. They go to the message's repeated tstack.api.SortKey field, if
  // it has one.
  std::vector<std::string> sort_keys;
  // For keys without a direction where no sort_dir is given at all (nova, cinder, glance);
  // otherwise the first sort_dir fills up. A sort_dir alone gives a SortKey with an empty key: the
  // default key in that direction.
  bool sort_descending = true;
  // Each sort_key needs its sort_dir (neutron).
  bool sort_dir_required = false;

  // `limit` and `marker` by these wire names. A negative or malformed limit is an error, a larger
  // one is cut.
  bool paged = false;
  int max_limit = 1000;
  int default_limit = 0;           // set if the client gives none; 0 = max_limit
  bool zero_limit_is_max = false;  // neutron
};

// What a request's query became.
struct QueryResult {
  std::vector<QueryParam> unknown;  // declared nowhere: the route's QueryRule decides
  bool limit_given = false;
};

// kInvalidArgument with reason INVALID_FIELD (field = the parameter's name), INVALID_SORT_KEY,
// INVALID_LIMIT, MISSING_FIELD. The last of several values counts for singular fields.
StatusOr<QueryResult> ReadQuery(const std::vector<QueryParam>& params, const MessagePlan& plan,
                                const QueryOptions& options, google::protobuf::Message* out);

}  // namespace tstack::contract
