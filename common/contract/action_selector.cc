#include "common/contract/action_selector.h"

#include "common/contract/dialect.h"
#include "common/contract/reasons.h"
#include "common/contract/route_plan.h"

namespace tstack::contract {
namespace {

bool IsSibling(const Route& route, std::string_view key) {
  for (const SiblingPlan& sibling : route.plan->siblings) {
    if (sibling.key == key) return true;
  }
  return false;
}

Status Malformed() {
  return Error(StatusCode::kInvalidArgument, kMalformedBody,
               "Malformed request body: an action is an object with exactly one key.");
}

// The routes whose action is a key of the body, whatever their version.
std::vector<Selection> WithKeyOf(const Exchange& exchange, JsonValue body) {
  std::vector<Selection> out;
  for (const JsonMember member : body.members()) {
    for (size_t i = 0; i < exchange.match.routes.size(); ++i) {
      const Route* route = exchange.match.routes[i];
      if (route->option.action() == member.key) out.push_back({route, exchange.match.templates[i]});
    }
  }
  return out;
}

bool HasOtherKeys(const Route& route, JsonValue body) {
  for (const JsonMember member : body.members()) {
    if (member.key != route.option.action() && !IsSibling(route, member.key)) return true;
  }
  return false;
}

StatusOr<Selection> SelectAction(const Exchange& exchange, JsonValue body) {
  if (!body.is_object() || body.size() == 0) return Malformed();
  const auto candidates = WithKeyOf(exchange, body);
  if (candidates.empty()) {
    if (body.size() != 1) return Malformed();
    const std::string key((*body.members().begin()).key.substr(0, 80));
    return Error(StatusCode::kInvalidArgument, kUnknownAction,
                 exchange.dialect().UnknownAction(key));
  }
  for (const Selection& selection : candidates) {
    if (!selection.route->ExistsIn(exchange.version)) continue;
    if (HasOtherKeys(*selection.route, body)) return Malformed();
    if (selection.route->option.gone())
      return Error(StatusCode::kNotFound, kGone, "This action was removed for good.");
    return selection;
  }
  return Error(StatusCode::kNotFound, kNotInVersion,
               "There is no such action in this version of the API.");
}

}  // namespace

bool NeedsBody(const Exchange& exchange) {
  return !exchange.match.routes.empty() && !exchange.match.routes.front()->option.action().empty();
}

StatusOr<Selection> SelectRoute(const Exchange& exchange, std::optional<JsonValue> body) {
  if (!NeedsBody(exchange))
    return Selection{exchange.match.routes.front(), exchange.match.templates.front()};
  if (!body) return Malformed();
  return SelectAction(exchange, *body);
}

}  // namespace tstack::contract
