#include "common/contract/query.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/contract/field_store.h"
#include "common/contract/json_reader.h"
#include "common/contract/place.h"
#include "common/contract/query_filter.h"
#include "common/contract/query_sort.h"
#include "common/contract/scalar_text.h"
#include "common/contract/value_reader.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxSuffix = 65;  // "_" and 64 characters

// Placement's granular suffixes: "1", "_COMPUTE".
bool IsSuffix(std::string_view text) {
  if (text.empty() || text.size() > kMaxSuffix) return false;
  if (text[0] == '_') {
    return text.size() > 1 && std::all_of(text.begin(), text.end(), [](char c) {
             return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
           });
  }
  return text[0] != '0' && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

// Reads the parameters of one request. Used once.
class QueryReader {
 public:
  QueryReader(const MessagePlan& plan, const QueryOptions& options, Message* out)
      : plan_(plan), options_(options), out_(out) {
    sort_field_ = FindSortField();
  }

  StatusOr<QueryResult> Read(const std::vector<QueryParam>& params);

 private:
  struct Target {
    const FieldPlan* field = nullptr;
    std::string_view suffix;            // of a suffixed field
    std::optional<api::Filter::Op> op;  // of a filter whose name has one
  };

  bool IsEligible(const FieldPlan& field) const;
  const FieldPlan* Lookup(std::string_view name) const;
  const FieldPlan* FindSortField() const;
  Target FindTarget(std::string_view name) const;
  Status ReadParam(const QueryParam& param);
  Status ReadScalar(const QueryParam& param, const FieldPlan& field, const Place& place);
  Status ReadSuffixed(const QueryParam& param, const Target& target, const Place& place);
  Status ReadFilter(const QueryParam& param, const Target& target, const Place& place,
                    const FieldStore& slot, Message* present);
  Status ReadLimit(const QueryParam& param, const FieldPlan& field, const Place& place);
  Status StoreLimit(int64_t limit, const FieldPlan& field, const Place& place);
  Status Finish();
  Status CheckRequired() const;

  const MessagePlan& plan_;
  const QueryOptions& options_;
  Message* out_;
  const FieldPlan* sort_field_ = nullptr;
  SortParams sort_;
  absl::flat_hash_set<const FieldPlan*> seen_;
  QueryResult result_;
};

bool QueryReader::IsEligible(const FieldPlan& field) const {
  if (field.internal || field.spread || field.read_only || !field.InVersion(options_.version)) {
    return false;
  }
  if (options_.excluded != nullptr &&
      std::find(options_.excluded->begin(), options_.excluded->end(), field.field) !=
          options_.excluded->end()) {
    return false;
  }
  const bool page = options_.paged && (field.name == "limit" || field.name == "marker");
  const bool marked = field.query || field.filter || field.suffixed || page;
  if (options_.marked_only && !marked && field.kind != Kind::kSortKey) return false;
  if (field.shape == Shape::kMap) return field.suffixed;
  switch (field.kind) {
    case Kind::kMessage:
    case Kind::kValue:
    case Kind::kStruct:
    case Kind::kListValue:
    case Kind::kEmpty:
      return false;
    default:
      return true;
  }
}

const FieldPlan* QueryReader::Lookup(std::string_view name) const {
  const FieldPlan* field = plan_.Find(name, options_.version);
  const bool found = field != nullptr && IsEligible(*field) && field->kind != Kind::kSortKey;
  return found ? field : nullptr;
}

const FieldPlan* QueryReader::FindSortField() const {
  for (const FieldPlan& field : plan_.fields()) {
    if (field.kind == Kind::kSortKey && IsEligible(field)) return &field;
  }
  return nullptr;
}

QueryReader::Target QueryReader::FindTarget(std::string_view name) const {
  if (const FieldPlan* field = Lookup(name)) return {.field = field};
  if (const std::optional<FilterName> split = SplitFilterName(name, options_.filters)) {
    const FieldPlan* field = Lookup(split->field);
    if (field != nullptr && field->filter) return {.field = field, .op = split->op};
  }
  Target best;
  for (const FieldPlan& field : plan_.fields()) {
    const bool fits = field.suffixed && name.starts_with(field.name) && IsEligible(field) &&
                      IsSuffix(name.substr(field.name.size()));
    if (!fits || (best.field != nullptr && best.field->name.size() >= field.name.size())) continue;
    best = {.field = &field, .suffix = name.substr(field.name.size())};
  }
  return best;
}

StatusOr<QueryResult> QueryReader::Read(const std::vector<QueryParam>& params) {
  for (const QueryParam& param : params) {
    if (sort_field_ != nullptr && sort_.Take(param)) continue;
    RETURN_IF_ERROR(ReadParam(param));
  }
  RETURN_IF_ERROR(Finish());
  return std::move(result_);
}

Status QueryReader::ReadParam(const QueryParam& param) {
  const Target target = FindTarget(param.name);
  if (target.field == nullptr) {
    result_.unknown.push_back(param);
    return absl::OkStatus();
  }
  const FieldPlan& field = *target.field;
  const Place place{.key = param.name, .field = &field};
  seen_.insert(&field);
  if (options_.paged && field.name == "limit") return ReadLimit(param, field, place);
  if (field.suffixed) return ReadSuffixed(param, target, place);
  if (!field.filter) return ReadScalar(param, field, place);
  const Reflection& reflection = *out_->GetReflection();
  Message* present = field.shape == Shape::kSingular && reflection.HasField(*out_, field.field)
                         ? reflection.MutableMessage(out_, field.field)
                         : nullptr;
  return ReadFilter(param, target, place, FieldStore(out_, field.field), present);
}

// "?flag" and "?flag=" switch a boolean on; keystone takes any word but a negative one for yes.
std::string_view BoolText(const QueryParam& param, FilterStyle style) {
  if (param.value.empty()) return "true";
  const bool vague = style == FilterStyle::kKeystone && !ParseLooseBool(param.value);
  return vague ? "true" : std::string_view(param.value);
}

Status QueryReader::ReadScalar(const QueryParam& param, const FieldPlan& field,
                               const Place& place) {
  const Kind kind = field.ScalarKind();
  const std::string_view text =
      kind == Kind::kBool ? BoolText(param, options_.filters) : std::string_view(param.value);
  const FieldStore slot(out_, field.field);
  if (field.kind != Kind::kWrapper) return ReadTextValue(text, kind, field, place, slot);
  return ReadTextValue(text, kind, field, place,
                       FieldStore(slot.Sub(), field.nested->fields()[0].field));
}

// The entry with that key; null if there is none. Suffixes are few.
Message* FindEntry(Message* message, const FieldPlan& map, std::string_view key) {
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*message, map.field); ++i) {
    Message* entry = reflection.MutableRepeatedMessage(message, map.field, i);
    if (entry->GetReflection()->GetString(*entry, map.map_key) == key) return entry;
  }
  return nullptr;
}

Status QueryReader::ReadSuffixed(const QueryParam& param, const Target& target,
                                 const Place& place) {
  const FieldPlan& field = *target.field;
  Message* entry = FindEntry(out_, field, target.suffix);
  const bool fresh = entry == nullptr;
  if (fresh) entry = AddMapEntry(out_, field, target.suffix);
  const FieldStore slot(entry, field.map_value);
  if (field.kind == Kind::kString) {
    return ReadTextValue(param.value, Kind::kString, field, place, slot);
  }
  return ReadFilter(param, target, place, slot, fresh ? nullptr : slot.Sub());
}

// Adds the values to a filter with the same operator; false if the operators differ.
bool MergeFilter(const api::Filter& more, Message* present) {
  api::Filter merged;
  if (!merged.ParseFromString(present->SerializeAsString())) return false;
  const bool collects = more.op() == merged.op() && more.op() != api::Filter::NEQ;
  if (!collects) return false;
  merged.mutable_values()->MergeFrom(more.values());
  return present->ParseFromString(merged.SerializeAsString());
}

// Merges into any element of a repeated filter.
bool MergeIntoList(const api::Filter& more, const FieldPlan& field, Message* out) {
  if (field.shape != Shape::kRepeated || more.op() != api::Filter::EQ) return false;
  const Reflection& reflection = *out->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*out, field.field); ++i) {
    if (MergeFilter(more, reflection.MutableRepeatedMessage(out, field.field, i))) return true;
  }
  return false;
}

Status QueryReader::ReadFilter(const QueryParam& param, const Target& target, const Place& place,
                               const FieldStore& slot, Message* present) {
  std::vector<api::Filter> filters = ParseFilterValue(param.value, options_.filters);
  if (target.op) filters[0].set_op(*target.op);
  for (const api::Filter& filter : filters) {
    for (const std::string& value : filter.values()) {
      const std::string complaint = JudgeString(target.field->validation, value);
      if (!complaint.empty()) return InvalidText(place, value, complaint);
    }
    if (present != nullptr) {
      if (MergeFilter(filter, present)) continue;
      return InvalidText(place, param.value, "filters a field that has another filter already");
    }
    if (MergeIntoList(filter, *target.field, out_)) continue;
    slot.Copy(filter);
    if (target.field->shape != Shape::kRepeated) present = slot.Sub();
  }
  return absl::OkStatus();
}

Status InvalidLimit(const Place& place, std::string_view what) {
  return PlaceError(place, "INVALID_LIMIT", what);
}

Status QueryReader::ReadLimit(const QueryParam& param, const FieldPlan& field, const Place& place) {
  const std::string_view text = param.value;
  const bool negative = text.starts_with('-') && text.size() > 1;
  const std::string_view digits = negative ? text.substr(1) : text;
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return InvalidLimit(place, "limit must be an integer");
  }
  // More digits than fit are more than the most that is given.
  const int64_t limit = ParseInt(digits).value_or(options_.max_limit);
  if (negative && limit > 0) return InvalidLimit(place, "limit must not be negative");
  result_.limit_given = true;
  const bool all = limit == 0 && options_.zero_limit_is_max;
  return StoreLimit(all ? options_.max_limit : std::min<int64_t>(limit, options_.max_limit), field,
                    place);
}

Status QueryReader::StoreLimit(int64_t limit, const FieldPlan& field, const Place& place) {
  const FieldStore slot(out_, field.field);
  const Kind kind = field.ScalarKind();
  if (field.kind != Kind::kWrapper) {
    return ReadTextValue(std::to_string(limit), kind, field, place, slot);
  }
  return ReadTextValue(std::to_string(limit), kind, field, place,
                       FieldStore(slot.Sub(), field.nested->fields()[0].field));
}

Status QueryReader::Finish() {
  if (sort_field_ != nullptr) {
    ASSIGN_OR_RETURN(const std::vector<api::SortKey> keys, sort_.Resolve(options_));
    for (const api::SortKey& key : keys) FieldStore(out_, sort_field_->field).Copy(key);
  }
  const FieldPlan* limit = options_.paged ? Lookup("limit") : nullptr;
  if (limit != nullptr && !result_.limit_given) {
    const int fallback = options_.default_limit != 0 ? options_.default_limit : options_.max_limit;
    RETURN_IF_ERROR(StoreLimit(fallback, *limit, Place{.key = limit->name, .field = limit}));
  }
  return CheckRequired();
}

Status QueryReader::CheckRequired() const {
  for (const FieldPlan& field : plan_.fields()) {
    if (!IsEligible(field) || field.kind == Kind::kSortKey) continue;
    const Place place{.key = field.name, .field = &field};
    if (field.required && !seen_.contains(&field)) {
      return PlaceError(place, "MISSING_FIELD",
                        absl::StrCat("'", field.name, "' is a required query parameter"));
    }
    if (field.shape == Shape::kSingular || !seen_.contains(&field)) continue;
    const size_t count = out_->GetReflection()->FieldSize(*out_, field.field);
    const std::string complaint = JudgeCount(field.validation, count);
    if (!complaint.empty()) {
      return PlaceError(place, "INVALID_FIELD",
                        absl::StrCat("query parameter ", field.name, " ", complaint));
    }
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<QueryResult> ReadQuery(const std::vector<QueryParam>& params, const MessagePlan& plan,
                                const QueryOptions& options, Message* out) {
  return QueryReader(plan, options, out).Read(params);
}

}  // namespace tstack::contract
