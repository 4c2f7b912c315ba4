#include "common/config/validate.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"

#include "common/config/scalar.h"

namespace tstack::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Join(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

bool HasDefaults(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!SettingOf(field).default_().empty()) return true;
    if (IsSection(field) && !field.is_repeated() && HasDefaults(*field.message_type())) return true;
  }
  return false;
}

// Calls `visit(section, key)` for each section that exists directly in this one.
void ForEachSection(Message& message, const FieldDescriptor& field, const std::string& key,
                    const std::function<void(Message&, const std::string&)>& visit) {
  const auto& reflection = *message.GetReflection();
  if (field.is_map()) {
    const FieldDescriptor& value = *field.message_type()->map_value();
    if (!IsSection(value)) return;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      Message* entry = reflection.MutableRepeatedMessage(&message, &field, i);
      const std::string name = ScalarText(*entry, *field.message_type()->map_key());
      visit(*entry->GetReflection()->MutableMessage(entry, &value), Join(key, name));
    }
  } else if (field.is_repeated() && IsSection(field)) {
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      visit(*reflection.MutableRepeatedMessage(&message, &field, i),
            absl::StrCat(key, "[", i, "]"));
    }
  } else if (IsSection(field) && reflection.HasField(message, &field)) {
    visit(*reflection.MutableMessage(&message, &field), key);
  }
}

std::string WithRole(const std::string& text, std::string_view role) {
  return absl::StrReplaceAll(text, {{"{role}", std::string(role)}});
}

void ReplaceRoleInField(Message& message, const FieldDescriptor& field, std::string_view role) {
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    reflection.SetString(&message, &field, WithRole(reflection.GetString(message, &field), role));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const std::string text = reflection.GetRepeatedString(message, &field, i);
    reflection.SetRepeatedString(&message, &field, i, WithRole(text, role));
  }
}

}  // namespace

void ApplyDefaults(Message& message, const std::string& prefix, Reading& reading) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string key = Join(prefix, field.name());
    const std::string& text = SettingOf(field).default_();
    if (!text.empty() && !reading.sources.contains(key)) {
      ReadDefault(message, field, key, text, reading);
    }
    if (IsSection(field) && !field.is_repeated() && HasDefaults(*field.message_type())) {
      message.GetReflection()->MutableMessage(&message, &field);
    }
    ForEachSection(message, field, key,
                   [&reading](Message& section, const std::string& section_key) {
                     ApplyDefaults(section, section_key, reading);
                   });
  }
}

void CheckRequired(const Message& message, const std::string& prefix, Reading& reading) {
  const Descriptor& type = *message.GetDescriptor();
  const bool given = prefix.empty() || reading.sources.contains(prefix);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string key = Join(prefix, field.name());
    if (given && SettingOf(field).required() && !reading.sources.contains(key)) {
      reading.Mistake(prefix.empty() ? "configuration" : reading.sources[prefix],
                      absl::StrCat("\"", key, "\" (", TypeName(field), ") must be given"));
    }
    // Visiting does not change anything here; one walker serves both kinds of visitors.
    ForEachSection(const_cast<Message&>(message), field, key,
                   [&reading](Message& section, const std::string& section_key) {
                     CheckRequired(section, section_key, reading);
                   });
  }
}

void ReplaceRole(Message& message, std::string_view role) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      ReplaceRoleInField(message, field, role);
    ForEachSection(message, field, "",
                   [role](Message& section, const std::string&) { ReplaceRole(section, role); });
  }
}

}  // namespace tstack::config
