// The contradictions that a contract may contain. Each is a sentence for whoever wrote the proto.
#include <set>

#include "absl/strings/str_cat.h"

#include "common/contract/plan_compiler.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using Mistakes = std::vector<std::string>;

bool IsInteger(Kind kind) {
  return kind == Kind::kInt32 || kind == Kind::kInt64 || kind == Kind::kUint32 ||
         kind == Kind::kUint64;
}

bool IsTimestampFormat(api::Format format) {
  return format >= api::TIMESTAMP_Z && format <= api::TIMESTAMP_OFFSET;
}

void CheckType(const FieldPlan& field, Mistakes& mistakes) {
  static const std::set<std::string> kForeign = {"google.protobuf.Any", "google.protobuf.Duration"};
  if (field.field->type() == FieldDescriptor::TYPE_GROUP)
    mistakes.push_back("groups have no JSON form");
  if (field.kind == Kind::kMessage && kForeign.contains(field.nested->descriptor()->full_name())) {
    mistakes.push_back(field.nested->descriptor()->full_name() + " has no JSON form here");
  }
  if (field.map_key != nullptr && field.map_key->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    mistakes.push_back("keys of a map must be strings");
  }
  if (field.kind == Kind::kWrapper && field.shape != Shape::kSingular) {
    mistakes.push_back("wrappers stand alone, not in lists or maps");
  }
  if (field.kind == Kind::kSortKey && field.shape != Shape::kRepeated) {
    mistakes.push_back("sort keys are repeated");
  }
}

void CheckRanges(const FieldPlan& field, Mistakes& mistakes) {
  const Validation& limits = field.validation;
  if (field.since != ApiVersion{} && field.until != ApiVersion{} && field.until < field.since) {
    mistakes.push_back("until is before since");
  }
  if (limits.min && limits.max && *limits.max < *limits.min) mistakes.push_back("max is below min");
  if (limits.max_length != 0 && limits.max_length < limits.min_length) {
    mistakes.push_back("max_length is below min_length");
  }
  if (limits.max_items != 0 && limits.max_items < limits.min_items) {
    mistakes.push_back("max_items is below min_items");
  }
}

void CheckTextLimits(const FieldPlan& field, Kind kind, Mistakes& mistakes) {
  const Validation& limits = field.validation;
  const bool text = kind == Kind::kString || kind == Kind::kFilter;
  if (!text && !field.option.pattern().empty()) mistakes.push_back("pattern is for strings");
  if (!text && !limits.one_of.empty())
    mistakes.push_back("one_of is for strings; an enum has its values");
  if (!text && kind != Kind::kBytes && (limits.min_length != 0 || limits.max_length != 0)) {
    mistakes.push_back("min_length and max_length are for strings and bytes");
  }
}

void CheckFormat(const FieldPlan& field, Kind kind, Mistakes& mistakes) {
  const api::Format format = field.format;
  if (format == api::ANY) return;
  const bool timestamp = IsTimestampFormat(format);
  if (timestamp != (kind == Kind::kTimestamp)) {
    mistakes.push_back("format " + api::Format_Name(format) + " does not fit the type");
  } else if (!timestamp && kind != Kind::kString && kind != Kind::kFilter &&
             !(kind == Kind::kBytes && format == api::BASE64)) {
    mistakes.push_back("format " + api::Format_Name(format) + " is for strings");
  }
}

void CheckLimits(const FieldPlan& field, Mistakes& mistakes) {
  const Validation& limits = field.validation;
  const Kind kind = field.ScalarKind();
  CheckTextLimits(field, kind, mistakes);
  CheckFormat(field, kind, mistakes);
  if (!IsInteger(kind) && kind != Kind::kDouble && (limits.min || limits.max)) {
    mistakes.push_back("min and max are for numbers");
  }
  const bool countable = field.shape != Shape::kSingular || field.spread || kind == Kind::kStruct ||
                         kind == Kind::kListValue;
  if (!countable && (limits.min_items != 0 || limits.max_items != 0)) {
    mistakes.push_back("min_items and max_items are for lists and maps");
  }
  if (limits.unique_items && field.shape != Shape::kRepeated) {
    mistakes.push_back("unique_items is for lists");
  }
  const bool keyed = field.shape == Shape::kMap || kind == Kind::kStruct;
  if (!keyed && (limits.max_key_length != 0 || !field.option.key_pattern().empty())) {
    mistakes.push_back("max_key_length and key_pattern are for maps");
  }
}

void CheckSpread(const FieldPlan& field, Mistakes& mistakes) {
  if (!field.spread) return;
  const bool map =
      field.shape == Shape::kMap && (field.kind == Kind::kString || field.kind == Kind::kValue);
  const bool object = field.shape == Shape::kSingular && field.kind == Kind::kStruct;
  if (!map && !object) {
    mistakes.push_back("spread is for map<string, string>, map<string, Value> and Struct");
  }
  if (field.required || field.query || field.filter || field.suffixed || field.as_string ||
      !field.option.name().empty() || field.unset != api::OMIT) {
    mistakes.push_back(
        "a spread field has no name, unset rule, required, query, filter, suffixed or as_string");
  }
}

void CheckUse(const FieldPlan& field, Mistakes& mistakes) {
  const Kind kind = field.ScalarKind();
  if (field.read_only && field.write_only) mistakes.push_back("both read_only and write_only");
  if (field.read_only && field.required) mistakes.push_back("both read_only and required");
  if (field.lenient && kind != Kind::kBool && kind != Kind::kDouble && !IsInteger(kind)) {
    mistakes.push_back("lenient is for booleans and numbers");
  }
  if (field.as_string && kind != Kind::kBool && !IsInteger(kind)) {
    mistakes.push_back("as_string is for booleans and integers");
  }
  if (field.unset == api::AS_VALUE && field.shape == Shape::kSingular && kind == Kind::kTimestamp) {
    mistakes.push_back("a time has no zero value: unset may be OMIT or AS_NULL");
  }
}

void CheckQuery(const FieldPlan& field, Mistakes& mistakes) {
  if (field.filter && field.kind != Kind::kFilter) {
    mistakes.push_back("filter is for fields of type tstack.api.Filter");
  }
  const bool suffixable =
      field.shape == Shape::kMap && (field.kind == Kind::kString || field.kind == Kind::kFilter);
  if (field.suffixed && !suffixable) {
    mistakes.push_back("suffixed is for map<string, string> and map<string, tstack.api.Filter>");
  }
  if (field.kind == Kind::kFilter && field.shape == Shape::kMap && !field.suffixed) {
    mistakes.push_back("a map of filters must be suffixed");
  }
}

bool Overlap(const FieldPlan& a, const FieldPlan& b) {
  const bool a_ends_before = a.until != ApiVersion{} && a.until < b.since;
  const bool b_ends_before = b.until != ApiVersion{} && b.until < a.since;
  return !a_ends_before && !b_ends_before;
}

void CheckNames(const MessagePlan& plan, Mistakes& mistakes) {
  const std::vector<FieldPlan>& fields = plan.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    for (size_t j = i + 1; j < fields.size(); ++j) {
      const FieldPlan& a = fields[i];
      const FieldPlan& b = fields[j];
      const bool visible = !a.internal && !b.internal && !a.spread && !b.spread;
      if (visible && a.name == b.name && Overlap(a, b)) {
        mistakes.push_back(absl::StrCat(a.field->name(), " and ", b.field->name(), " are both \"",
                                        a.name, "\" in some version"));
      }
    }
  }
}

}  // namespace

std::vector<std::string> ContradictionsOf(const FieldPlan& field) {
  Mistakes mistakes;
  CheckType(field, mistakes);
  CheckRanges(field, mistakes);
  CheckLimits(field, mistakes);
  CheckSpread(field, mistakes);
  CheckUse(field, mistakes);
  CheckQuery(field, mistakes);
  return mistakes;
}

std::vector<std::string> ContradictionsOf(const MessagePlan& plan) {
  Mistakes mistakes;
  CheckNames(plan, mistakes);
  int spreads = 0;
  for (const FieldPlan& field : plan.fields()) spreads += field.spread && !field.internal;
  if (spreads > 1) mistakes.push_back("more than one spread field");
  const api::MessageRule& rule = plan.rule();
  if (spreads > 0 && rule.unknown() == api::IGNORE_KEYS) {
    mistakes.push_back("unknown keys cannot be both ignored and spread");
  }
  if (rule.max_properties() != 0 && rule.max_properties() < rule.min_properties()) {
    mistakes.push_back("max_properties is below min_properties");
  }
  return mistakes;
}

}  // namespace tstack::contract
