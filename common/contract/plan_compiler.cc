#include "common/contract/plan_compiler.h"

#include <re2/re2.h>

#include "absl/strings/str_cat.h"

#include "common/contract/json_builder.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// Options of a dynamic descriptor may hold our extensions as unknown bytes: reading them again with
// the generated type makes both kinds equal.
template <typename Options>
Options Reparse(const Options& options) {
  Options result;
  if (!result.ParseFromString(options.SerializeAsString())) result.Clear();
  return result;
}

Kind KindOfMessage(const Descriptor* type) {
  static const auto* kinds = new absl::flat_hash_map<std::string, Kind>{
      {"google.protobuf.Timestamp", Kind::kTimestamp},
      {"google.protobuf.Value", Kind::kValue},
      {"google.protobuf.Struct", Kind::kStruct},
      {"google.protobuf.ListValue", Kind::kListValue},
      {"google.protobuf.Empty", Kind::kEmpty},
      {"google.protobuf.FieldMask", Kind::kFieldMask},
      {"google.protobuf.BoolValue", Kind::kWrapper},
      {"google.protobuf.Int32Value", Kind::kWrapper},
      {"google.protobuf.Int64Value", Kind::kWrapper},
      {"google.protobuf.UInt32Value", Kind::kWrapper},
      {"google.protobuf.UInt64Value", Kind::kWrapper},
      {"google.protobuf.FloatValue", Kind::kWrapper},
      {"google.protobuf.DoubleValue", Kind::kWrapper},
      {"google.protobuf.StringValue", Kind::kWrapper},
      {"google.protobuf.BytesValue", Kind::kWrapper},
      {"tstack.api.Filter", Kind::kFilter},
      {"tstack.api.SortKey", Kind::kSortKey},
  };
  const auto found = kinds->find(type->full_name());
  return found == kinds->end() ? Kind::kMessage : found->second;
}

Kind KindOf(const FieldDescriptor* value) {
  switch (value->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Kind::kBool;
    case FieldDescriptor::CPPTYPE_INT32:
      return Kind::kInt32;
    case FieldDescriptor::CPPTYPE_INT64:
      return Kind::kInt64;
    case FieldDescriptor::CPPTYPE_UINT32:
      return Kind::kUint32;
    case FieldDescriptor::CPPTYPE_UINT64:
      return Kind::kUint64;
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Kind::kDouble;
    case FieldDescriptor::CPPTYPE_ENUM:
      return Kind::kEnum;
    case FieldDescriptor::CPPTYPE_STRING:
      return value->type() == FieldDescriptor::TYPE_BYTES ? Kind::kBytes : Kind::kString;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return KindOfMessage(value->message_type());
  }
  return Kind::kString;
}

Shape ShapeOf(const FieldDescriptor* field) {
  if (field->is_map()) return Shape::kMap;
  return field->is_repeated() ? Shape::kRepeated : Shape::kSingular;
}

void CopyFlags(const api::Field& option, FieldPlan& out) {
  out.unset = option.unset();
  out.format = option.format();
  out.spread = option.spread();
  out.read_only = option.read_only();
  out.write_only = option.write_only();
  out.lenient = option.lenient();
  out.as_string = option.as_string();
  out.required = option.required();
  out.nullable = option.nullable();
  out.query = option.query();
  out.filter = option.filter();
  out.suffixed = option.suffixed();
  out.internal = option.internal();
  out.policy = option.policy();
  out.doc = option.doc();
}

bool IsLinkable(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() &&
         field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
}

}  // namespace

const MessagePlan* PlanCompiler::Compile(const Descriptor* message) {
  std::unique_ptr<MessagePlan>& slot = plans_[message];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<MessagePlan>();
  // The slot may move while nested messages are added; the plan does not.
  MessagePlan& plan = *slot;
  plan.descriptor_ = message;
  plan.rule_ = Reparse(message->options()).GetExtension(api::message);
  CompileFields(plan);
  CompileLinks(plan);
  for (const std::string& mistake : ContradictionsOf(plan)) Complain(message->full_name(), mistake);
  return &plan;
}

void PlanCompiler::CompileFields(MessagePlan& plan) {
  plan.fields_.resize(plan.descriptor_->field_count());
  for (int i = 0; i < plan.descriptor_->field_count(); ++i) {
    CompileField(plan.descriptor_->field(i), plan.fields_[i]);
  }
  IndexNames(plan);
}

void PlanCompiler::IndexNames(MessagePlan& plan) {
  for (const FieldPlan& field : plan.fields_) {
    if (field.internal) continue;
    if (field.spread) {
      if (plan.spread_ == nullptr) plan.spread_ = &field;
      continue;
    }
    plan.by_name_[field.name].push_back(&field);
  }
}

void PlanCompiler::CompileField(const FieldDescriptor* field, FieldPlan& out) {
  out.field = field;
  out.option = Reparse(field->options()).GetExtension(api::field);
  CopyFlags(out.option, out);
  out.name = out.option.name().empty() ? field->name() : out.option.name();
  out.json_key = JsonString(out.name) + ":";
  out.since = CompileVersion(field->full_name(), out.option.since());
  out.until = CompileVersion(field->full_name(), out.option.until());
  out.presence = field->has_presence();
  out.shape = ShapeOf(field);
  if (out.shape == Shape::kMap) {
    out.map_key = field->message_type()->map_key();
    out.map_value = field->message_type()->map_value();
  }
  CompileValue(out.map_value != nullptr ? out.map_value : field, out);
  CompileValidation(out, out.validation);
  // Internal fields never meet JSON: whatever they are is fine.
  if (out.internal) return;
  for (const std::string& mistake : ContradictionsOf(out)) Complain(field->full_name(), mistake);
}

void PlanCompiler::CompileValue(const FieldDescriptor* value, FieldPlan& out) {
  out.kind = KindOf(value);
  if (out.kind == Kind::kTimestamp && out.format == api::ANY) out.format = api::TIMESTAMP_Z;
  if (out.kind == Kind::kEnum) CompileEnum(value->enum_type(), out);
  if (out.internal) return;
  if (out.kind == Kind::kFilter) out.filter = true;
  if (out.kind == Kind::kMessage || out.kind == Kind::kWrapper) {
    out.nested = Compile(value->message_type());
  }
}

void PlanCompiler::CompileEnum(const EnumDescriptor* type, FieldPlan& out) {
  auto plan = std::make_shared<EnumPlan>();
  for (int i = 0; i < type->value_count(); ++i) {
    const EnumValueDescriptor* value = type->value(i);
    std::string wire = Reparse(value->options()).GetExtension(api::wire);
    if (wire.empty()) wire = value->name();
    plan->json.try_emplace(value->number(), JsonString(wire));
    if (!plan->numbers.try_emplace(wire, value->number()).second) {
      Complain(type->full_name(), "two values have the wire name \"" + wire + "\"");
    }
    plan->names.push_back(std::move(wire));
  }
  out.enumeration = std::move(plan);
}

void PlanCompiler::CompileValidation(const FieldPlan& field, Validation& out) {
  const api::Field& option = field.option;
  out.min_length = option.min_length();
  out.max_length = option.max_length();
  out.pattern = CompilePattern(field, option.pattern());
  if (option.has_min()) out.min = option.min();
  if (option.has_max()) out.max = option.max();
  out.one_of.assign(option.one_of().begin(), option.one_of().end());
  out.format = field.format;
  out.min_items = option.min_items();
  out.max_items = option.max_items();
  out.unique_items = option.unique_items();
  out.max_key_length = option.max_key_length();
  out.key_pattern = CompilePattern(field, option.key_pattern());
}

std::shared_ptr<const re2::RE2> PlanCompiler::CompilePattern(const FieldPlan& field,
                                                             const std::string& pattern) {
  if (pattern.empty()) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(pattern, options);
  if (compiled->ok()) return compiled;
  Complain(field.field->full_name(), "bad pattern \"" + pattern + "\": " + compiled->error());
  return nullptr;
}

void PlanCompiler::CompileLinks(MessagePlan& plan) {
  for (const api::Link& option : plan.rule_.link()) {
    CompileLink(plan, option, plan.links_.emplace_back());
  }
}

void PlanCompiler::CompileLink(const MessagePlan& plan, const api::Link& option, LinkPlan& out) {
  const std::string& where = plan.descriptor_->full_name();
  out.option = option;
  out.rel = option.rel();
  out.since = CompileVersion(where, option.since());
  out.until = CompileVersion(where, option.until());
  if (out.rel.empty()) Complain(where, "a link has no rel");
  std::string_view rest = option.href();
  while (!rest.empty()) {
    const size_t open = rest.find('{');
    LinkPart& part = out.href.emplace_back();
    part.literal = std::string(rest.substr(0, open));
    if (open == std::string_view::npos) return;
    const size_t close = rest.find('}', open);
    if (close == std::string_view::npos)
      return Complain(where, "unclosed { in link " + option.href());
    std::string name(rest.substr(open + 1, close - open - 1));
    part.keeps_slashes = name.ends_with("=**");
    if (part.keeps_slashes) name.resize(name.size() - 3);
    part.field = plan.descriptor_->FindFieldByName(name);
    if (!IsLinkable(part.field)) {
      Complain(where, "link " + option.href() + ": {" + name + "} is no scalar field");
      part.field = nullptr;
    }
    rest.remove_prefix(close + 1);
  }
}

ApiVersion PlanCompiler::CompileVersion(std::string_view where, const std::string& text) {
  if (text.empty()) return {};
  const std::optional<ApiVersion> version = ApiVersion::Parse(text);
  if (!version) Complain(where, "\"" + text + "\" is no version");
  return version.value_or(ApiVersion{});
}

void PlanCompiler::Complain(std::string_view where, std::string_view what) {
  mistakes_.push_back(absl::StrCat(View(where), ": ", View(what)));
}

}  // namespace tstack::contract
