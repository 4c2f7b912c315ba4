// YAML -> message, by descriptor. The only part that sees yaml-cpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

namespace tstack::config {

// What reading found out beside the values.
struct Reading {
  std::map<std::string, std::string>
      sources;                        // "database.pool_size" -> "tstack.yaml:12"; sections too
  std::vector<std::string> mistakes;  // "tstack.yaml:12: unknown key …"

  void Mistake(const std::string& where, std::string_view what) {
    mistakes.push_back(where + ": " + std::string(what));
  }
};

// Merges a YAML document into the message; `name` stands in sources and mistakes.
void ReadYaml(const std::string& text, const std::string& name, google::protobuf::Message& message,
              Reading& reading);

// Merges one "a.b=value"; a list is replaced, a map entry is added or changed.
void ReadOverride(const std::string& assignment, google::protobuf::Message& message,
                  Reading& reading);

// Sets one field from the text of a default ("8", "10s", "[a, b]"). The text comes from the schema.
void ReadDefault(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                 const std::string& key, const std::string& text, Reading& reading);

}  // namespace tstack::config
