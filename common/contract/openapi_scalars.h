#pragma once

#include "common/contract/json_builder.h"
#include "common/contract/openapi_schema.h"
#include "common/contract/plan.h"

namespace tstack::contract {

// Members of the schema of a value that is no message: type, limits, pattern, format, choices.
void WriteScalarSchema(const FieldPlan& field, Side side, bool nullable, JsonBuilder& json);

}  // namespace tstack::contract
