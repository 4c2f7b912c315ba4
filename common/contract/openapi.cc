#include "common/contract/openapi.h"

#include <map>
#include <set>

#include "absl/strings/ascii.h"

#include "common/contract/json_builder.h"
#include "common/contract/openapi_operation.h"
#include "common/contract/openapi_schema.h"

namespace tstack::contract {
namespace {

// "{path=**}" → "{path}".
std::string PlainPath(std::string path) {
  for (size_t at = path.find("=**}"); at != std::string::npos; at = path.find("=**}"))
    path.erase(at, 3);
  return path;
}

// Where a route stands: its path, and a fragment if that place is taken or an action's.
class PathKeys {
 public:
  std::string KeyOf(const Route& route) {
    std::string base = route.api->prefix + PlainPath(route.path);
    if (!route.option.action().empty()) base += "#" + route.option.action();
    if (Take(base, route.verb)) return base;
    base += (route.option.action().empty() ? "#" : "-") + std::string("since-") +
            (route.option.since().empty() ? "start" : route.option.since());
    std::string key = base;
    for (int n = 2; !Take(key, route.verb); ++n) key = base + "-" + std::to_string(n);
    return key;
  }

 private:
  bool Take(const std::string& key, const std::string& verb) {
    return taken_.insert({key, verb}).second;
  }
  std::set<std::pair<std::string, std::string>> taken_;
};

void WritePaths(const RouteTable& table, OperationWriter& operations, JsonBuilder& json) {
  PathKeys keys;
  std::map<std::string, std::vector<const Route*>> paths;
  for (const auto& route : table.routes()) paths[keys.KeyOf(*route)].push_back(route.get());
  json.Key("paths").BeginObject();
  for (const auto& [path, routes] : paths) {
    json.Key(path).BeginObject();
    for (const Route* route : routes) {
      json.Key(absl::AsciiStrToLower(route->verb));
      operations.Write(*route, json);
    }
    json.EndObject();
  }
  json.EndObject();
}

void WriteComponents(SchemaSet& schemas, const OperationWriter& operations, JsonBuilder& json) {
  json.Key("components").BeginObject().Key("schemas").BeginObject();
  schemas.WriteComponents(json);
  json.EndObject().Key("responses").BeginObject();
  operations.WriteErrors(json);
  json.EndObject().Key("securitySchemes").BeginObject().Key("token").BeginObject();
  json.Key("type").String("apiKey").Key("in").String("header").Key("name").String("X-Auth-Token");
  json.EndObject().EndObject().EndObject();
}

}  // namespace

std::string OpenApiDocument(const RouteTable& table, const OpenApiOptions& options) {
  std::string out;
  JsonBuilder json(&out);
  SchemaSet schemas;
  OperationWriter operations(schemas);
  json.BeginObject().Key("openapi").String("3.1.0").Key("info").BeginObject();
  json.Key("title").String(options.title).Key("version").String(options.version).EndObject();
  json.Key("servers")
      .BeginArray()
      .BeginObject()
      .Key("url")
      .String(options.server_url)
      .EndObject()
      .EndArray();
  WritePaths(table, operations, json);
  WriteComponents(schemas, operations, json);
  json.EndObject();
  return out;
}

}  // namespace tstack::contract
