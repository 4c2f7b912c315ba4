#include "common/contract/dialects/json_home.h"

#include <map>
#include <utility>
#include <vector>

#include "common/contract/json_builder.h"
#include "common/contract/route_plan.h"

namespace tstack::contract {
namespace {

constexpr char kNamespace[] = "https://docs.openstack.org/api/openstack-identity/3/";

// Names that the paths do not tell.
constexpr std::pair<std::string_view, std::string_view> kOddNames[] = {
    {"/roles/{prior_role_id}/implies", "implied_roles"},
    {"/roles/{prior_role_id}/implies/{implied_role_id}", "implied_role"},
    {"/users/{user_id}/password", "user_change_password"},
};

std::string Singular(std::string_view word) {
  if (word.ends_with("ies")) return std::string(word.substr(0, word.size() - 3)) + "y";
  if (word.ends_with('s')) word.remove_suffix(1);
  return std::string(word);
}

std::vector<std::string_view> SegmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

// One entry a path, whatever verbs it has.
std::map<std::string, const Route*> ByRelation(const RestApi& api, std::string_view root) {
  std::map<std::string, const Route*> found;
  for (const Route* route : api.routes) {
    if (route->path.starts_with(root) && route->path.size() > root.size())
      found.emplace(RelationOf(route->path, root), route);
  }
  return found;
}

void WriteResource(const Route& route, const std::string& href, JsonBuilder& json) {
  const auto fields = route.plan->templates[0].fields();
  json.BeginObject().Key(fields.empty() ? "href" : "href-template").String(href);
  if (!fields.empty()) {
    json.Key("href-vars").BeginObject();
    for (const auto& field : fields)
      json.Key(field).String(std::string(kNamespace) + "param/" + std::string(field));
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace

std::string RelationOf(std::string_view path, std::string_view root) {
  path.remove_prefix(root.size());
  for (const auto& [odd, name] : kOddNames) {
    if (path == odd) return std::string(name);
  }
  const auto segments = SegmentsOf(path);
  std::string relation;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].starts_with('{')) continue;
    const bool one = i + 1 < segments.size() && segments[i + 1].starts_with('{');
    if (!relation.empty()) relation += '_';
    relation += one ? Singular(segments[i]) : std::string(segments[i]);
  }
  return relation;
}

std::string JsonHome(const RestApi& api, std::string_view root, bool with_root) {
  std::string body;
  JsonBuilder json(&body);
  json.BeginObject().Key("resources").BeginObject();
  for (const auto& [relation, route] : ByRelation(api, root)) {
    json.Key(std::string(kNamespace) + "rel/" + relation);
    WriteResource(*route, route->path.substr(with_root ? 0 : root.size()), json);
  }
  json.EndObject().EndObject();
  return body;
}

}  // namespace tstack::contract
