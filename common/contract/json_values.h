// JSON ↔ google.protobuf.Value, Struct, ListValue.
#pragma once

#include "google/protobuf/struct.pb.h"

#include "common/contract/json_builder.h"
#include "common/contract/json_document.h"

namespace tstack::contract {

// False if an integer inside cannot be held exactly by a double (beyond ±2^53).
bool ToProtoValue(JsonValue value, google::protobuf::Value* out);
bool ToProtoStruct(JsonValue object, google::protobuf::Struct* out);
bool ToProtoList(JsonValue array, google::protobuf::ListValue* out);

// Whole numbers are written as integers.
void WriteProtoValue(const google::protobuf::Value& value, JsonBuilder& json);
void WriteProtoStruct(const google::protobuf::Struct& value, JsonBuilder& json);
void WriteProtoList(const google::protobuf::ListValue& value, JsonBuilder& json);

}  // namespace tstack::contract
