// A JSON body into a request message: envelopes, siblings, actions, bulk, patches.
#pragma once

#include <optional>

#include "google/protobuf/message.h"

#include "common/context/call_context.h"
#include "common/contract/json_document.h"
#include "common/contract/route_table.h"

namespace tstack::contract {

// `body` is absent if there is none (only OPTIONAL_JSON allows that). Sets *bulk if the plural
// envelope was used. Errors are those of json_reader.h and json_patch.h, and MALFORMED_BODY,
// MISSING_FIELD, UNKNOWN_FIELD for the envelope. `legacy_patch`: the media type was
// …-v2.0-json-patch.
Status ReadBody(const Route& route, std::optional<JsonValue> body, ApiVersion version,
                bool legacy_patch, google::protobuf::Message* request, bool* bulk);

}  // namespace tstack::contract
