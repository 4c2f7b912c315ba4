// JSON → message by its plan: types, limits, versions, unknown keys, and which fields were named.
// Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

#include "common/contract/json_document.h"
#include "common/contract/plan.h"
#include "common/status/status.h"

namespace tstack::contract {

struct ReadOptions {
  ApiVersion version;
  // What stands before field names in errors: "project" gives "project.name"; "" for none.
  std::string_view path;
  // Fields of the outermost message that a body may not carry (bound by path, header, mask,
  // sibling).
  const std::vector<const google::protobuf::FieldDescriptor*>* excluded = nullptr;
  // Take null for any field that is not required as if it were absent (it enters the mask all the
  // same).
  bool null_is_absent = false;
  // required and min_properties are not looked at: partial objects (JSON patch).
  bool partial = false;
};

// Errors are kInvalidArgument with one of the reasons INVALID_FIELD, UNKNOWN_FIELD, MISSING_FIELD,
// READ_ONLY_FIELD and ErrorDetail.field = the JSON path ("project.name", "networks[1].uuid").
// Messages name field, value (shortened; never of write_only fields) and what is wrong. `out` is
// then partly filled.
//
// Absent, null and value are three things: `mask` (may be null) receives, by proto names relative
// to `out`, the path of every field that the object names: leaves of nested messages
// ("options.immutable"), lists and maps as a whole. null: clears a nullable field and stands in the
// mask; for others it is INVALID_FIELD.
Status ReadMessage(JsonValue object, const MessagePlan& plan, const ReadOptions& options,
                   google::protobuf::Message* out, google::protobuf::FieldMask* mask = nullptr);

// One field by itself: a sibling key, a property of a JSON patch. `out` is the message that has the
// field.
Status ReadField(JsonValue value, const FieldPlan& field, const ReadOptions& options,
                 google::protobuf::Message* out, google::protobuf::FieldMask* mask = nullptr);

// A member that no field declares, into the plan's spread field; replaces an entry of that key.
// null with map<string, string>: removes the entry if the field is nullable.
Status ReadSpreadMember(const JsonMember& member, const FieldPlan& spread,
                        const ReadOptions& options, google::protobuf::Message* out,
                        google::protobuf::FieldMask* mask = nullptr);

// Text from a path, a header or a query: numbers and booleans in any of the loose spellings, enums
// by wire name, Timestamps in ISO 8601. Appends to repeated fields. Not for maps and messages.
Status ReadText(std::string_view text, const FieldPlan& field, const ReadOptions& options,
                google::protobuf::Message* out);

}  // namespace tstack::contract
