#include "common/contract/route_table.h"

#include <algorithm>

#include "common/contract/plan.h"
#include "common/contract/route_table_builder.h"
#include "common/contract/trie.h"

namespace tstack::contract {

bool Route::ExistsIn(ApiVersion version) const { return VersionInRange(version, since, until); }

RouteTable::RouteTable() = default;
RouteTable::~RouteTable() = default;

StatusOr<std::unique_ptr<RouteTable>> RouteTable::Build(
    const std::vector<std::string>& services, const google::protobuf::DescriptorPool* pool) {
  return RouteTableBuilder(pool).Build(services);
}

const RestApi* RouteTable::FindApi(std::string_view path) const {
  path = path.substr(0, path.find('?'));
  const RestApi* best = nullptr;
  for (const auto& api : apis_) {
    if (!path.starts_with(api->prefix)) continue;
    const bool whole_segment = path.size() == api->prefix.size() || path[api->prefix.size()] == '/';
    if (whole_segment && (best == nullptr || api->prefix.size() > best->prefix.size()))
      best = api.get();
  }
  return best;
}

const RestApi* RouteTable::FindApiByPrefix(std::string_view prefix) const {
  const auto it = std::find_if(apis_.begin(), apis_.end(),
                               [&](const auto& api) { return api->prefix == prefix; });
  return it == apis_.end() ? nullptr : it->get();
}

Match RouteTable::Find(const RestApi& api, std::string_view verb, std::string_view path) {
  return api.trie->Find(verb, path);
}

}  // namespace tstack::contract
