#include "common/contract/field_ref.h"

#include "common/contract/json_reader.h"
#include "common/contract/json_writer.h"

namespace tstack::contract {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

StatusOr<FieldRef> FieldRef::Resolve(const MessagePlan& plan, std::string_view path) {
  FieldRef out;
  const MessagePlan* place = &plan;
  const std::string whole(path);
  while (true) {
    const size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    const FieldPlan* field = place == nullptr ? nullptr : place->FindByProtoName(name);
    if (field == nullptr) {
      return Error(StatusCode::kInvalidArgument, "UNKNOWN_FIELD_REFERENCE",
                   "no field '" + whole + "' in " + plan.descriptor()->full_name());
    }
    if (dot == std::string_view::npos) {
      out.plan = field;
      return out;
    }
    if (field->shape != Shape::kSingular || field->kind != Kind::kMessage) {
      return Error(StatusCode::kInvalidArgument, "UNKNOWN_FIELD_REFERENCE",
                   "'" + name + "' in '" + whole + "' is no single message");
    }
    out.parents.push_back(field->field);
    place = field->nested;
    path.remove_prefix(dot + 1);
  }
}

Message* MutableHolder(const FieldRef& ref, Message* message) {
  for (const FieldDescriptor* parent : ref.parents) {
    message = message->GetReflection()->MutableMessage(message, parent);
  }
  return message;
}

const Message* Holder(const FieldRef& ref, const Message& message) {
  const Message* place = &message;
  for (const FieldDescriptor* parent : ref.parents) {
    if (!place->GetReflection()->HasField(*place, parent)) return nullptr;
    place = &place->GetReflection()->GetMessage(*place, parent);
  }
  return place;
}

std::string TextOf(const FieldRef& ref, const Message& message) {
  const Message* holder = Holder(ref, message);
  if (holder == nullptr) return "";
  const FieldDescriptor* field = ref.field();
  const auto* reflection = holder->GetReflection();
  const bool unset = field->is_repeated()
                         ? reflection->FieldSize(*holder, field) == 0
                         : field->has_presence() && !reflection->HasField(*holder, field);
  return unset ? "" : FieldText(*holder, field);
}

Status SetText(const FieldRef& ref, std::string_view text, ApiVersion version, Message* message) {
  ReadOptions options;
  options.version = version;
  return ReadText(text, *ref.plan, options, MutableHolder(ref, message));
}

}  // namespace tstack::contract
