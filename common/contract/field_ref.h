// A field by its path from a message: "id", "server.id".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "common/contract/plan.h"
#include "common/status/status.h"

namespace tstack::contract {

// Immutable; lives as long as its PlanSet.
struct FieldRef {
  std::vector<const google::protobuf::FieldDescriptor*>
      parents;  // outermost first; empty for a top-level field
  const FieldPlan* plan = nullptr;

  const google::protobuf::FieldDescriptor* field() const { return plan->field; }
  // Its top-level field.
  const google::protobuf::FieldDescriptor* head() const {
    return parents.empty() ? field() : parents.front();
  }

  // By proto names. kInvalidArgument if a name is unknown or the way leads through lists, maps or
  // scalars.
  static StatusOr<FieldRef> Resolve(const MessagePlan& plan, std::string_view path);
};

// The message that holds the leaf; created on the way for the mutable form.
google::protobuf::Message* MutableHolder(const FieldRef& ref, google::protobuf::Message* message);
// Null if a message on the way is unset.
const google::protobuf::Message* Holder(const FieldRef& ref,
                                        const google::protobuf::Message& message);

// As text for headers and links; "" if it is unset.
std::string TextOf(const FieldRef& ref, const google::protobuf::Message& message);

// Text from a path or a header, checked as its plan says.
Status SetText(const FieldRef& ref, std::string_view text, ApiVersion version,
               google::protobuf::Message* message);

}  // namespace tstack::contract
