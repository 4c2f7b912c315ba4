#include "services/api-gateway/index_page.h"

#include "common/contract/json_builder.h"

namespace tstack::gateway {

std::string IndexPage(const contract::RouteTable& table, const std::string& base_url) {
  std::string body;
  contract::JsonBuilder json(&body);
  json.BeginObject().Key("apis").BeginArray();
  for (const auto& api : table.apis()) {
    json.BeginObject();
    json.Key("type").String(api->type);
    json.Key("url").String(base_url + api->prefix);
    if (api->HasMicroversions()) {
      json.Key("min_version").String(api->min_version.ToString());
      json.Key("max_version").String(api->max_version.ToString());
    }
    json.EndObject();
  }
  json.EndArray();
  json.Key("openapi").String(base_url + "/openapi.json");
  json.EndObject();
  return body;
}

}  // namespace tstack::gateway
