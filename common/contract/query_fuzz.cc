// Parameters survive encoding and decoding; any query reads or is refused with a reason.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/contract/query.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

void Demand(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "property broken: %s\n", what);
  abort();
}

std::string Encode(const std::vector<QueryParam>& params) {
  std::string query;
  for (const QueryParam& param : params) {
    query += "&" + PercentEncode(param.name);
    if (param.has_value) query += "=" + PercentEncode(param.value);
  }
  return query;
}

void Run(uint8_t choice, std::string_view query) {
  static const auto* plans = [] {
    auto* set = new PlanSet;
    set->Add(fixture::ListRequest::descriptor());
    return set;
  }();
  const StatusOr<std::vector<QueryParam>> params = ParseQuery(query);
  Demand(params.ok() || ReasonOf(params.status()) == "INVALID_QUERY", "an error without a reason");
  if (!params.ok()) return;
  const StatusOr<std::vector<QueryParam>> again = ParseQuery(Encode(*params));
  Demand(again.ok() && *again == *params, "encoding is not undone by decoding");
  QueryOptions options{.version = {2, 50}, .filters = static_cast<FilterStyle>(choice % 6)};
  options.paged = (choice & 0x40) != 0;
  options.sort_dir_required = (choice & 0x80) != 0;
  fixture::ListRequest request;
  const auto result =
      ReadQuery(*params, *plans->Find(fixture::ListRequest::descriptor()), options, &request);
  Demand(result.ok() || !ReasonOf(result.status()).empty(), "an error without a reason");
  Demand(!result.ok() || !options.paged || (request.limit() >= 0 && request.limit() <= 1000),
         "a limit out of bounds");
  fixture::ListRequest copy;
  Demand(copy.ParseFromString(request.SerializeAsString()), "a request that does not serialize");
}

}  // namespace
}  // namespace tstack::contract

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  tstack::contract::Run(bytes[0], {reinterpret_cast<const char*>(bytes) + 1, size - 1});
  return 0;
}
