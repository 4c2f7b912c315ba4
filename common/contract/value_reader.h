// One JSON value or one piece of text → one slot of a message. The lower half of the reader: types
// and limits.
#pragma once

#include <string_view>

#include "common/contract/field_store.h"
#include "common/contract/json_document.h"
#include "common/contract/place.h"
#include "common/contract/plan.h"
#include "common/status/status.h"

namespace tstack::contract {

// Any kind but kMessage and kWrapper. `kind` is given apart: a wrapper's slot holds what it wraps.
Status ReadValue(JsonValue value, Kind kind, const FieldPlan& field, const Place& place,
                 const FieldStore& slot);

// Scalars, enums and times from text, in all loose spellings.
Status ReadTextValue(std::string_view text, Kind kind, const FieldPlan& field, const Place& place,
                     const FieldStore& slot);

}  // namespace tstack::contract
