// One value of a message → JSON. The lower half of the writer.
#pragma once

#include "google/protobuf/message.h"

#include "common/contract/json_builder.h"
#include "common/contract/plan.h"
#include "common/contract/slot.h"

namespace tstack::contract {

// Booleans, numbers, strings, bytes, enums. `kind` is given apart: a wrapper's slot holds what it
// wraps.
void WriteScalar(const Slot& slot, Kind kind, const FieldPlan& field, JsonBuilder& json);
// Times, masks, free values.
void WriteWellKnown(const google::protobuf::Message& message, Kind kind, const FieldPlan& field,
                    JsonBuilder& json);
// What stands for a field that has no value: null or the zero of its type.
void WriteUnset(const FieldPlan& field, JsonBuilder& json);

}  // namespace tstack::contract
