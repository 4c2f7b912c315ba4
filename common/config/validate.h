// Defaults, required settings and "{role}", after all sources have been read.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/message.h"

#include "common/config/yaml_reader.h"

namespace tstack::config {

// Fills in every default that no source has given, in all sections, lists and maps included.
void ApplyDefaults(google::protobuf::Message& message, const std::string& prefix, Reading& reading);

// Reports required settings that are missing from the sections that exist.
void CheckRequired(const google::protobuf::Message& message, const std::string& prefix,
                   Reading& reading);

// Replaces "{role}" in every text value.
void ReplaceRole(google::protobuf::Message& message, std::string_view role);

}  // namespace tstack::config
