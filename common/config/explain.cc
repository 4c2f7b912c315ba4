#include "common/config/explain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"

#include "common/config/manual.h"
#include "common/config/nearest.h"
#include "common/config/scalar.h"

namespace tstack::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Join(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

const Message* FindMapEntry(const Message& message, const FieldDescriptor& field,
                            const std::string& name) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    if (ScalarText(entry, *field.message_type()->map_key()) == name) return &entry;
  }
  return nullptr;
}

std::string SourceOf(const Reading& reading, const std::string& key) {
  auto it = reading.sources.find(key);
  if (it == reading.sources.end()) return "unset";
  return it->second.starts_with("--set") ? "--set" : it->second;
}

std::string ValueText(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) return ScalarText(message, field);
  std::vector<std::string> items;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    items.push_back(ScalarText(message, field, i));
  }
  return absl::StrCat("[", absl::StrJoin(items, ", "), "]");
}

// `message` is null where the section does not exist.
Setting Describe(const Message* message, const FieldDescriptor& field, const std::string& key,
                 const Reading& reading) {
  Setting setting;
  setting.key = key;
  setting.source = SourceOf(reading, key);
  setting.type = TypeName(field);
  setting.comment = CommentOf(field);
  const bool leaf = !field.is_map() && !IsSection(field);
  if (leaf && message != nullptr && setting.source != "unset") {
    setting.value = ValueText(*message, field);
  }
  return setting;
}

Status UnknownKey(std::string_view key, const std::string& prefix, const Descriptor& type,
                  const std::string& name) {
  std::vector<std::string> known;
  for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
  return ResourceError(
      StatusCode::kNotFound, "SETTING_NOT_FOUND", "setting", key,
      absl::StrCat("there is no setting \"", std::string(key), "\"; the nearest known key is \"",
                   Join(prefix, Nearest(name, known)), "\""));
}

// A place in the schema, and in the message as far as that goes.
struct Position {
  const Descriptor* type = nullptr;
  const Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
  std::string prefix;

  // Goes into the section `field`; false if it is none.
  bool Descend() {
    if (field->is_map() || !IsSection(*field) || field->is_repeated()) return false;
    const bool exists = message != nullptr && message->GetReflection()->HasField(*message, field);
    message = exists ? &message->GetReflection()->GetMessage(*message, field) : nullptr;
    type = field->message_type();
    return true;
  }

  // The value of a map's key.
  void Enter(const std::string& name) {
    message = message == nullptr ? nullptr : FindMapEntry(*message, *field, name);
    field = field->message_type()->map_value();
    type = nullptr;
    prefix = Join(prefix, name);
  }
};

void ExplainSection(const Message& message, const std::string& prefix, const Reading& reading,
                    std::vector<Setting>& out);

void ExplainMap(const Message& message, const FieldDescriptor& field, const std::string& key,
                const Reading& reading, std::vector<Setting>& out) {
  const FieldDescriptor& value = *field.message_type()->map_value();
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
    const std::string name = Join(key, ScalarText(entry, *field.message_type()->map_key()));
    if (IsSection(value)) {
      ExplainSection(entry.GetReflection()->GetMessage(entry, &value), name, reading, out);
    } else {
      out.push_back(Describe(&entry, value, name, reading));
    }
  }
}

void ExplainSection(const Message& message, const std::string& prefix, const Reading& reading,
                    std::vector<Setting>& out) {
  const Descriptor& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string key = Join(prefix, field.name());
    if (field.is_map()) {
      ExplainMap(message, field, key, reading, out);
    } else if (IsSection(field) && field.is_repeated()) {
      for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
        ExplainSection(reflection.GetRepeatedMessage(message, &field, j),
                       absl::StrCat(key, "[", j, "]"), reading, out);
      }
    } else if (IsSection(field)) {
      ExplainSection(reflection.GetMessage(message, &field), key, reading, out);
    } else {
      out.push_back(Describe(&message, field, key, reading));
    }
  }
}

}  // namespace

StatusOr<Setting> ExplainKey(const Message& root, const Reading& reading, std::string_view key) {
  const std::vector<std::string> path = absl::StrSplit(std::string(key), '.');
  Position at{.type = root.GetDescriptor(), .message = &root};
  for (size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && at.field->is_map()) {
      at.Enter(path[i]);
      continue;
    }
    if (i > 0 && !at.Descend()) {
      return ResourceError(StatusCode::kNotFound, "SETTING_NOT_FOUND", "setting", key,
                           absl::StrCat("\"", at.prefix, "\" is no section"));
    }
    const FieldDescriptor* field = at.type->FindFieldByName(path[i]);
    if (field == nullptr) return UnknownKey(key, at.prefix, *at.type, path[i]);
    at.field = field;
    at.prefix = Join(at.prefix, path[i]);
  }
  return Describe(at.message, *at.field, at.prefix, reading);
}

std::vector<Setting> ExplainEverything(const Message& root, const Reading& reading) {
  std::vector<Setting> settings;
  ExplainSection(root, "", reading, settings);
  return settings;
}

}  // namespace tstack::config
