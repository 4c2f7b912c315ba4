// Which rpc answers which request: compiled from the descriptors once at start, then read-only and
// thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/context/call_context.h"
#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

class Dialect;
class PlanSet;
class Trie;
struct RoutePlan;
struct RestApi;

// One REST operation: one `(tstack.api.route)` option of one rpc. Lives as long as its RouteTable.
struct Route {
  const google::protobuf::MethodDescriptor* method = nullptr;
  api::Route option;
  int index = 0;  // among the rpc's route options; goes into rpc::CallOptions::route
  const RestApi* api = nullptr;
  std::string verb;        // "GET"
  std::string path;        // the main template, below the API's root: "/v3/projects/{id}"
  std::string rpc_path;    // "/tstack.identity.v1.Projects/ShowProject"
  std::string backend;     // logical backend name, "identity"
  ApiVersion since;        // inclusive; {0, 0}: from the start
  ApiVersion until;        // inclusive; {0, 0}: no end
  bool streaming = false;  // server stream: items of a list
  bool safe = false;       // from (tstack.api.rpc)
  int deadline_ms = 10'000;
  std::shared_ptr<const RoutePlan> plan;  // how messages are read and written; see route_plan.h

  bool ExistsIn(ApiVersion version) const;
  const std::string& policy() const { return option.policy(); }
};

// All proto services that share a path prefix: one OpenStack API.
struct RestApi {
  std::string prefix;  // "/identity" on the shared port
  std::string type;    // "identity": service type, and the name in OpenStack-API-Version
  const Dialect* dialect = nullptr;
  ApiVersion min_version;  // {0, 0}: no microversions
  ApiVersion max_version;
  std::vector<std::string> backends;
  std::vector<const Route*> routes;  // in declaration order
  std::shared_ptr<const Trie> trie;

  bool HasMicroversions() const { return max_version != ApiVersion{}; }
};

// What the trie found: all routes of the verb at that path; version and action key choose among
// them later.
struct Match {
  std::vector<const Route*> routes;  // empty: nothing for this verb
  std::vector<std::string> values;   // percent-decoded {field} values in path order
  std::vector<int> templates;        // parallel to routes: which template of it matched (0 = main)
  std::vector<std::string>
      allowed_verbs;  // verbs that the path does have, HEAD beside GET; empty: no such path
};

class RouteTable {
 public:
  // Compiles every service of `pool` (the generated pool by default) that has a route. `services`,
  // if not empty, limits it to these full names. kFailedPrecondition lists every contradiction, one
  // a line: the caller must not start.
  static StatusOr<std::unique_ptr<RouteTable>> Build(
      const std::vector<std::string>& services = {},
      const google::protobuf::DescriptorPool* pool = nullptr);
  ~RouteTable();

  // By path on the shared port: longest prefix at a segment border. Null if none.
  const RestApi* FindApi(std::string_view path) const;
  // For a listener of one API: by its prefix, "/compute". Null if none.
  const RestApi* FindApiByPrefix(std::string_view prefix) const;

  // `path` is below the API's root and still percent-encoded. A HEAD is served by GET unless the
  // path has a HEAD route.
  static Match Find(const RestApi& api, std::string_view verb, std::string_view path);

  const std::vector<std::unique_ptr<RestApi>>& apis() const { return apis_; }
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }
  const PlanSet& plans() const { return *plans_; }

 private:
  friend class RouteTableBuilder;
  RouteTable();
  std::unique_ptr<google::protobuf::MessageFactory>
      factory_;  // of a pool that is not the generated one
  std::unique_ptr<PlanSet> plans_;
  std::vector<std::unique_ptr<RestApi>> apis_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace tstack::contract
