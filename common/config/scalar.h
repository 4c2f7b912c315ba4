// Text of one configuration value <-> one protobuf field.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/status/status.h"
#include "tstack/config/v1/setting.pb.h"

namespace tstack::config {

const v1::Setting& SettingOf(const google::protobuf::FieldDescriptor& field);
bool IsDuration(const google::protobuf::FieldDescriptor& field);
// A message field that holds settings, and is no duration and no map.
bool IsSection(const google::protobuf::FieldDescriptor& field);
// "integer", "text", "duration", "list of text", "section" …
std::string TypeName(const google::protobuf::FieldDescriptor& field);

// Sets the field (adds to it, if repeated). kInvalidArgument says what was expected; limits of the
// setting are checked.
Status SetScalar(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                 const std::string& text);

// As it would stand in a file. `index` is used if the field is repeated.
std::string ScalarText(const google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field, int index = 0);

}  // namespace tstack::config
