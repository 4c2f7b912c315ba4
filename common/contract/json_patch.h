// RFC 6902 on flat objects, as glance speaks it. Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"

#include "common/contract/json_document.h"
#include "common/contract/json_reader.h"
#include "common/contract/plan.h"
#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

enum class PatchStyle {
  kPointer,  // [{"op": "replace", "path": "/name", "value": "x"}]      RFC 6902, …-v2.1-json-patch,
             // ironic
  kLegacy,   // [{"replace": "/name", "value": "x"}]                    …-v2.0-json-patch
};

// What a patch asks for, beside the values in the message.
struct PatchResult {
  // Proto paths of declared fields that were set or removed.
  google::protobuf::FieldMask mask;
  // Wire names that end removed, declared or not; in order, no repeats.
  std::vector<std::string> removed;
  // Every operation in order.
  api::PatchOperations operations;
};

// INVALID_PATCH for anything that is no list of add, replace and remove with well-formed pointers.
// Pointers are unescaped (~0, ~1); an empty token, and "" as a whole, are errors.
StatusOr<api::PatchOperations> ParsePatch(JsonValue patch, PatchStyle style);

// Applies the patch to `out` as if it were empty: the last operation on a property wins. Values are
// read as by ReadField, so its errors and READ_ONLY_FIELD apply; a pointer of several tokens only
// enters `operations` if its head is a declared list, map or object, and is INVALID_PATCH
// otherwise. Whether a replaced or removed property existed is for the owner of the object to say.
StatusOr<PatchResult> ReadPatch(JsonValue patch, PatchStyle style, const MessagePlan& plan,
                                const ReadOptions& options, google::protobuf::Message* out);

}  // namespace tstack::contract
