// JSON schemas of message plans, for OpenAPI.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/contract/json_builder.h"
#include "common/contract/link_style.h"
#include "common/contract/plan.h"

namespace tstack::contract {

// Which side of the wire a schema describes.
enum class Side {
  kAnswer,  // what is written
  kInput,   // what is accepted
  kUpdate,  // as kInput, nothing required
};

// Collects the schemas that are referred to, each once.
class SchemaSet {
 public:
  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  // {"$ref": …} to the message's schema.
  void Refer(const MessagePlan& plan, Side side, LinkStyle links, JsonBuilder& json);
  // The object's schema itself, without the excluded fields.
  void Object(const MessagePlan& plan, Side side, LinkStyle links, const Fields& excluded,
              JsonBuilder& json);
  // One field's value.
  void Value(const FieldPlan& field, Side side, LinkStyle links, JsonBuilder& json);
  // One parameter: never null, no links.
  void Parameter(const FieldPlan& field, JsonBuilder& json);
  // All schemas referred to, as members of components.schemas; writes what they refer to as well.
  void WriteComponents(JsonBuilder& json);

 private:
  struct Wanted {
    const MessagePlan* plan = nullptr;
    Side side = Side::kAnswer;
    LinkStyle links = LinkStyle::kArray;
  };
  void Properties(const MessagePlan& plan, Side side, LinkStyle links, const Fields& excluded,
                  JsonBuilder& json);
  void Element(const FieldPlan& field, Side side, LinkStyle links, bool nullable,
               JsonBuilder& json);

  std::map<std::string, Wanted> wanted_;  // by component name
  std::vector<std::string> order_;
};

}  // namespace tstack::contract
