#include "common/contract/plan.h"

#include "absl/strings/str_join.h"

#include "common/contract/plan_compiler.h"
#include "common/contract/view.h"

namespace tstack::contract {

using google::protobuf::Descriptor;

bool VersionInRange(ApiVersion version, ApiVersion since, ApiVersion until) {
  return (since == ApiVersion{} || version >= since) && (until == ApiVersion{} || version <= until);
}

Kind FieldPlan::ScalarKind() const {
  const bool wraps = kind == Kind::kWrapper && nested != nullptr && !nested->fields().empty();
  return wraps ? nested->fields()[0].kind : kind;
}

bool MessagePlan::Declares(std::string_view name) const { return by_name_.contains(View(name)); }

const FieldPlan* MessagePlan::Find(std::string_view name, ApiVersion version) const {
  const auto found = by_name_.find(View(name));
  if (found == by_name_.end()) return nullptr;
  for (const FieldPlan* field : found->second) {
    if (field->InVersion(version)) return field;
  }
  return nullptr;
}

const FieldPlan* MessagePlan::FindByProtoName(std::string_view name) const {
  for (const FieldPlan& field : fields_) {
    if (field.field->name() == name) return &field;
  }
  return nullptr;
}

PlanSet::PlanSet() = default;
PlanSet::~PlanSet() = default;
PlanSet::PlanSet(PlanSet&&) noexcept = default;
PlanSet& PlanSet::operator=(PlanSet&&) noexcept = default;

const MessagePlan* PlanSet::Add(const Descriptor* message) {
  return PlanCompiler(plans_, mistakes_).Compile(message);
}

const MessagePlan* PlanSet::Find(const Descriptor* message) const {
  const auto found = plans_.find(message);
  return found == plans_.end() ? nullptr : found->second.get();
}

Status PlanSet::status() const {
  if (mistakes_.empty()) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "CONTRACT_CONTRADICTION",
               absl::StrJoin(mistakes_, "\n"));
}

}  // namespace tstack::contract
