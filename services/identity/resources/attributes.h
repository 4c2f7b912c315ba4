// Open attributes: whatever clients send beside the declared keys, kept as one JSON object a row.
#pragma once

#include <string>

#include "google/protobuf/map.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "common/db/database.h"
#include "common/status/status.h"

namespace tstack::identity {

using Attributes = google::protobuf::Map<std::string, google::protobuf::Value>;

// NULL if there are none.
db::Value AttributesToSql(const Attributes& attributes);
// kInternal with reason STORED_ROW_INVALID if the column is no JSON object.
StatusOr<Attributes> AttributesFromSql(const db::Row& row, size_t column);

// Without what the service itself says of a resource: a client that sends back what it read must
// not store "id" and "links".
Attributes Storable(const Attributes& attributes);
// Every entry of `changes` replaces or joins those of `into`; null is a value like any other.
void MergeAttributes(const Attributes& changes, Attributes* into);

// A message as JSON text by proto names, NULL if empty; and back.
db::Value MessageToSql(const google::protobuf::Message& message);
Status MessageFromSql(const db::Row& row, size_t column, google::protobuf::Message* message);

}  // namespace tstack::identity
