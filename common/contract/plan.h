// Message plans: the options of annotations.proto compiled, once, into what reading and writing
// JSON needs. Plans work on generated and on dynamic messages, by reflection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"

#include "common/context/call_context.h"
#include "common/contract/validation.h"
#include "common/status/status.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

class MessagePlan;

// What a value is in JSON: of a singular field, of a list's element, of a map's value.
enum class Kind : uint8_t {
  kBool,
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kDouble,  // float too
  kString,
  kBytes,      // base64
  kEnum,       // by wire name
  kMessage,    // an object with a plan of its own
  kTimestamp,  // by Format
  kValue,      // any JSON
  kStruct,     // any object
  kListValue,  // any array
  kEmpty,      // {}
  kFieldMask,  // "a,b.c"
  kWrapper,    // google.protobuf.*Value: the bare scalar; null = unset
  kFilter,     // tstack.api.Filter: a query filter
  kSortKey,    // tstack.api.SortKey: a sort order of a query
};

enum class Shape : uint8_t { kSingular, kRepeated, kMap };

struct EnumPlan {
  // Number → `"WIRE"` with quotes, escaped; wire name → number.
  absl::flat_hash_map<int, std::string> json;
  absl::flat_hash_map<std::string, int> numbers;
  std::vector<std::string> names;  // in declaration order, for messages
};

// One field. Immutable.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // Of a map: the entry's fields. Null otherwise.
  const google::protobuf::FieldDescriptor* map_key = nullptr;
  const google::protobuf::FieldDescriptor* map_value = nullptr;

  std::string name;      // JSON key and query parameter: "OS-EXT-STS:task_state"
  std::string json_key;  // escaped, with colon: "\"OS-EXT-STS:task_state\":"
  Kind kind = Kind::kString;
  Shape shape = Shape::kSingular;
  api::Unset unset = api::OMIT;
  api::Format format = api::ANY;
  ApiVersion since;  // inclusive; {0, 0}: from the start
  ApiVersion until;  // inclusive; {0, 0}: no end

  bool spread = false;
  bool read_only = false;
  bool write_only = false;
  bool lenient = false;
  bool as_string = false;
  bool required = false;
  bool nullable = false;
  bool query = false;  // query or path only: never in bodies
  bool filter = false;
  bool suffixed = false;
  bool internal = false;  // never visible
  bool presence = false;  // unset and zero are two things
  std::string policy;     // attribute policy, "" = none
  std::string doc;

  Validation validation;  // of each element or value; items and keys of the whole

  // The plan of a message, or of a wrapper (whose only field is the scalar). Null otherwise.
  const MessagePlan* nested = nullptr;
  std::shared_ptr<const EnumPlan> enumeration;
  // The option as written, for OpenAPI.
  api::Field option;

  bool InVersion(ApiVersion version) const {
    return (since == ApiVersion{} || version >= since) &&
           (until == ApiVersion{} || version <= until);
  }
  // Has a place in bodies (of some version): requests, answers.
  bool InBodies() const {
    return !internal && !query && !filter && !suffixed && kind != Kind::kSortKey;
  }
  bool Writable() const { return InBodies() && !write_only; }
  // Of a wrapper what it wraps, else `kind`.
  Kind ScalarKind() const;
};

// One literal or {field} part of a link template.
struct LinkPart {
  std::string literal;
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool keeps_slashes = false;  // "{path=**}"
};

struct LinkPlan {
  std::string rel;
  std::vector<LinkPart> href;  // from the service root
  ApiVersion since;
  ApiVersion until;
  api::Link option;
};

// One message type. Immutable once its PlanSet is built; lives as long as that.
class MessagePlan {
 public:
  const google::protobuf::Descriptor* descriptor() const { return descriptor_; }
  // In declaration order, internal ones included.
  const std::vector<FieldPlan>& fields() const { return fields_; }
  // The field with that wire name in that version; null if none. Internal fields are not found, the
  // spread field has no name.
  const FieldPlan* Find(std::string_view name, ApiVersion version) const;
  // True if the name is declared for some version.
  bool Declares(std::string_view name) const;
  // By the proto name; null if none.
  const FieldPlan* FindByProtoName(std::string_view name) const;
  // The field that takes undeclared keys; null if none.
  const FieldPlan* spread() const { return spread_; }
  const std::vector<LinkPlan>& links() const { return links_; }
  const api::MessageRule& rule() const { return rule_; }

 private:
  friend class PlanCompiler;
  const google::protobuf::Descriptor* descriptor_ = nullptr;
  std::vector<FieldPlan> fields_;
  absl::flat_hash_map<std::string, std::vector<const FieldPlan*>> by_name_;
  const FieldPlan* spread_ = nullptr;
  std::vector<LinkPlan> links_;
  api::MessageRule rule_;
};

// The plans of all message types that a process needs. Add() everything, then look at status():
// after that the set is read-only and thread-safe. Recursive messages are fine.
class PlanSet {
 public:
  PlanSet();
  ~PlanSet();
  PlanSet(PlanSet&&) noexcept;
  PlanSet& operator=(PlanSet&&) noexcept;

  // Compiles the message and everything reachable from it, once. Never null; mistakes are
  // collected.
  const MessagePlan* Add(const google::protobuf::Descriptor* message);
  // Null if it was never reached.
  const MessagePlan* Find(const google::protobuf::Descriptor* message) const;
  // kFailedPrecondition with reason CONTRACT_CONTRADICTION, every mistake on a line of its own: the
  // process must not start.
  Status status() const;

 private:
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>> plans_;
  std::vector<std::string> mistakes_;
};

// Whether `version` lies in the range of two option strings ("2.26", "" = open).
bool VersionInRange(ApiVersion version, ApiVersion since, ApiVersion until);

}  // namespace tstack::contract
