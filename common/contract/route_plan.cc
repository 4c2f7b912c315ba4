#include "common/contract/route_plan.h"

namespace tstack::contract {

int RoutePlan::SuccessAt(ApiVersion version) const {
  int status = success;
  for (const auto& [since, value] : success_since) {
    if (version >= since) status = value;
  }
  return status;
}

const OutcomePlan* RoutePlan::FindOutcome(std::string_view name) const {
  for (const OutcomePlan& outcome : outcomes) {
    if (outcome.name == name) return &outcome;
  }
  return nullptr;
}

}  // namespace tstack::contract
