#include "common/config/yaml_reader.h"

#include <yaml-cpp/yaml.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"

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

std::string KindOf(const YAML::Node& node) {
  if (node.IsMap()) return "a section";
  if (node.IsSequence()) return "a list";
  return node.IsNull() ? "nothing" : absl::StrCat("\"", node.Scalar(), "\"");
}

// Walks a YAML tree beside a message; collects mistakes and goes on.
class Reader {
 public:
  // `numbered`: places are "<name>:<line>", else just the name.
  Reader(std::string name, bool numbered, Reading& reading)
      : name_(std::move(name)), numbered_(numbered), reading_(reading) {}

  void ReadMessage(const YAML::Node& node, const std::string& prefix, Message& message) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.Scalar();
      const std::string place = Place(entry.first);
      if (!seen.insert(name).second) {
        reading_.Mistake(place, absl::StrCat("\"", Join(prefix, name), "\" is given twice"));
        continue;
      }
      const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
      if (field == nullptr) {
        ReportUnknown(*message.GetDescriptor(), prefix, name, place);
      } else {
        ReadField(entry.second, place, Join(prefix, name), message, *field);
      }
    }
  }

  void ReadField(const YAML::Node& node, const std::string& place, const std::string& key,
                 Message& message, const FieldDescriptor& field) {
    if (node.IsNull()) return;  // "key:" without a value leaves the default
    reading_.sources[key] = place;
    if (field.is_map()) {
      ReadMap(node, place, key, message, field);
    } else if (field.is_repeated()) {
      ReadList(node, place, key, message, field);
    } else if (IsSection(field)) {
      ReadSection(node, place, key, *message.GetReflection()->MutableMessage(&message, &field));
    } else {
      ReadScalar(node, place, key, message, field);
    }
  }

 private:
  std::string Place(const YAML::Node& node) const {
    return numbered_ ? absl::StrCat(name_, ":", node.Mark().line + 1) : name_;
  }

  void ReportUnknown(const Descriptor& type, const std::string& prefix, const std::string& name,
                     const std::string& place) {
    std::vector<std::string> known;
    for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
    std::string text = absl::StrCat("unknown key \"", Join(prefix, name), "\"");
    const std::string nearest = Nearest(name, known);
    if (!nearest.empty()) {
      absl::StrAppend(&text, "; the nearest known key is \"", Join(prefix, nearest), "\"");
    }
    reading_.Mistake(place, text);
  }

  void ReportType(const YAML::Node& node, const std::string& place, const std::string& key,
                  std::string_view expected) {
    reading_.Mistake(place, absl::StrCat("\"", key, "\": expected ", std::string(expected),
                                         ", found ", KindOf(node)));
  }

  void ReadSection(const YAML::Node& node, const std::string& place, const std::string& key,
                   Message& section) {
    if (!node.IsMap()) return ReportType(node, place, key, "a section");
    ReadMessage(node, key, section);
  }

  void ReadScalar(const YAML::Node& node, const std::string& place, const std::string& key,
                  Message& message, const FieldDescriptor& field) {
    if (!node.IsScalar()) return ReportType(node, place, key, TypeName(field));
    const Status status = SetScalar(message, field, node.Scalar());
    if (!status.ok()) {
      reading_.Mistake(place, absl::StrCat("\"", key, "\": ", std::string(status.message())));
    }
  }

  // A single text is accepted as a comma-separated list: that is how --set writes one.
  static std::vector<YAML::Node> Items(const YAML::Node& node, const FieldDescriptor& field) {
    std::vector<YAML::Node> items;
    if (node.IsSequence()) {
      for (const auto& item : node) items.push_back(item);
    } else if (node.IsScalar() && !IsSection(field)) {
      for (const absl::string_view part :
           absl::StrSplit(node.Scalar(), ',', absl::SkipWhitespace())) {
        items.emplace_back(std::string(part));
      }
    }
    return items;
  }

  void ReadList(const YAML::Node& node, const std::string& place, const std::string& key,
                Message& message, const FieldDescriptor& field) {
    if (!node.IsSequence() && (IsSection(field) || !node.IsScalar())) {
      return ReportType(node, place, key, TypeName(field));
    }
    message.GetReflection()->ClearField(&message, &field);
    int index = 0;
    for (const YAML::Node& item : Items(node, field)) {
      const std::string item_place = node.IsSequence() ? Place(item) : place;
      const std::string item_key = absl::StrCat(key, "[", index++, "]");
      if (IsSection(field)) {
        ReadSection(item, item_place, item_key,
                    *message.GetReflection()->AddMessage(&message, &field));
      } else {
        ReadScalar(item, item_place, item_key, message, field);
      }
    }
  }

  void ReadMap(const YAML::Node& node, const std::string& place, const std::string& key,
               Message& message, const FieldDescriptor& field) {
    if (!node.IsMap()) return ReportType(node, place, key, "a section with names as keys");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.Scalar();
      const std::string entry_place = Place(entry.first);
      if (!seen.insert(name).second) {
        reading_.Mistake(entry_place, absl::StrCat("\"", Join(key, name), "\" is given twice"));
        continue;
      }
      Message& slot = MapEntry(name, message, field);
      const FieldDescriptor& key_field = *field.message_type()->map_key();
      const Status status = SetScalar(slot, key_field, name);
      if (!status.ok()) reading_.Mistake(entry_place, std::string(status.message()));
      ReadField(entry.second, entry_place, Join(key, name), slot,
                *field.message_type()->map_value());
    }
  }

  // The entry with this key, added if needed. Entries are messages to reflection.
  static Message& MapEntry(const std::string& name, Message& message,
                           const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      Message* entry = reflection.MutableRepeatedMessage(&message, &field, i);
      if (ScalarText(*entry, key_field) == name) return *entry;
    }
    return *reflection.AddMessage(&message, &field);
  }

  const std::string name_;
  const bool numbered_;
  Reading& reading_;
};

}  // namespace

void ReadYaml(const std::string& text, const std::string& name, Message& message,
              Reading& reading) {
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return;
    if (!root.IsMap()) return reading.Mistake(name, "the file must hold keys and values");
    Reader(name, true, reading).ReadMessage(root, "", message);
  } catch (const YAML::Exception& e) {
    reading.Mistake(absl::StrCat(name, ":", e.mark.line + 1), e.msg);
  }
}

void ReadOverride(const std::string& assignment, Message& message, Reading& reading) {
  const size_t equals = assignment.find('=');
  const std::string place = "--set " + assignment.substr(0, equals);
  if (equals == std::string::npos || equals == 0) {
    return reading.Mistake(place, "expected key=value");
  }
  try {
    const std::string value = assignment.substr(equals + 1);
    // Only a bracket makes YAML of the value: "*", "a: b" and the like are plain texts on a command
    // line.
    YAML::Node node =
        value.starts_with("[") || value.starts_with("{") ? YAML::Load(value) : YAML::Node(value);
    std::vector<std::string> path = absl::StrSplit(assignment.substr(0, equals), '.');
    for (auto name = path.rbegin(); name != path.rend(); ++name) {
      YAML::Node parent(YAML::NodeType::Map);
      parent[*name] = node;
      node = parent;
    }
    Reader(place, false, reading).ReadMessage(node, "", message);
  } catch (const YAML::Exception& e) {
    reading.Mistake(place, e.msg);
  }
}

void ReadDefault(Message& message, const FieldDescriptor& field, const std::string& key,
                 const std::string& text, Reading& reading) {
  try {
    const YAML::Node node = text.starts_with("[") ? YAML::Load(text) : YAML::Node(text);
    Reader("default", false, reading).ReadField(node, "default", key, message, field);
  } catch (const YAML::Exception& e) {
    reading.Mistake("default", e.msg);
  }
}

}  // namespace tstack::config
