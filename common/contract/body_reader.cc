#include "common/contract/body_reader.h"

#include "common/contract/dialect.h"
#include "common/contract/json_patch.h"
#include "common/contract/json_reader.h"
#include "common/contract/reasons.h"
#include "common/contract/route_plan.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::Message;

class BodyReader {
 public:
  BodyReader(const Route& route, ApiVersion version, Message* request)
      : route_(route), plan_(*route.plan), request_(request) {
    options_.version = version;
    options_.excluded = &plan_.body_excluded;
    options_.partial = plan_.mask_field != nullptr;  // an update names what it changes
    options_.null_is_absent = route.api->dialect->NullIsAbsent();
  }

  Status Read(JsonValue body, bool* bulk) {
    if (!route_.option.action().empty()) return ReadWrapped(body, route_.option.action());
    if (plan_.envelope.empty()) return ReadObject(body, "");
    if (!body.is_object()) return NotAnObject();
    if (!plan_.bulk_envelope.empty() && body.Find(plan_.bulk_envelope)) {
      *bulk = true;
      return ReadBulk(body);
    }
    return ReadWrapped(body, plan_.envelope);
  }

  Status ReadPatch(JsonValue body, bool legacy) {
    options_.path = "";
    const PatchStyle style = legacy ? PatchStyle::kLegacy : PatchStyle::kPointer;
    ASSIGN_OR_RETURN(PatchResult patch,
                     contract::ReadPatch(body, style, *plan_.body, options_, Target()));
    StoreMask(patch.mask);
    const auto* reflection = request_->GetReflection();
    if (plan_.remove_field != nullptr) {
      for (std::string& name : patch.removed) {
        reflection->AddString(request_, plan_.remove_field->field, std::move(name));
      }
    }
    if (plan_.patch_field != nullptr) {
      // Through bytes: the request may be a dynamic message.
      reflection->MutableMessage(request_, plan_.patch_field->field)
          ->ParseFromString(patch.operations.SerializeAsString());
    }
    return absl::OkStatus();
  }

 private:
  static Status NotAnObject() {
    return Error(StatusCode::kInvalidArgument, kMalformedBody,
                 "Malformed request body: it must be an object.");
  }

  // {"server": {…}, "os:scheduler_hints": {…}}
  Status ReadWrapped(JsonValue body, std::string_view key) {
    const auto inner = body.Find(key);
    if (!inner) return Missing(key);
    RETURN_IF_ERROR(CheckKeys(body, key));
    RETURN_IF_ERROR(ReadSiblings(body));
    // An action without arguments is written as null.
    if (inner->is_null() && !route_.option.action().empty()) return absl::OkStatus();
    return ReadObject(*inner, key);
  }

  Status ReadBulk(JsonValue body) {
    RETURN_IF_ERROR(CheckKeys(body, plan_.bulk_envelope));
    const JsonValue list = *body.Find(plan_.bulk_envelope);
    if (!list.is_array())
      return FieldError(plan_.bulk_envelope, "'" + plan_.bulk_envelope + "' must be a list");
    size_t index = 0;
    for (const JsonValue element : list.elements()) {
      const std::string path = plan_.bulk_envelope + "[" + std::to_string(index++) + "]";
      RETURN_IF_ERROR(ReadObject(element, path));
    }
    return absl::OkStatus();
  }

  static Status Missing(std::string_view key) {
    const std::string name(key);
    auto detail = DetailOf(FieldError(key, name));
    detail.set_reason("MISSING_FIELD");
    return WithDetail(absl::InvalidArgumentError("The request body needs the key '" + name + "'."),
                      detail);
  }

  Status CheckKeys(JsonValue body, std::string_view envelope) const {
    for (const JsonMember member : body.members()) {
      bool known = member.key == envelope;
      for (const SiblingPlan& sibling : plan_.siblings) known |= sibling.key == member.key;
      if (known) continue;
      const std::string key(member.key.substr(0, 80));
      return Error(StatusCode::kInvalidArgument, "UNKNOWN_FIELD",
                   "The request body has an unknown key '" + key + "'.");
    }
    return absl::OkStatus();
  }

  Status ReadSiblings(JsonValue body) {
    for (const SiblingPlan& sibling : plan_.siblings) {
      const auto value = body.Find(sibling.key);
      if (!value && sibling.required) return Missing(sibling.key);
      if (!value) continue;
      ReadOptions options;
      options.version = options_.version;
      RETURN_IF_ERROR(ReadField(*value, *sibling.field, options, request_));
    }
    return absl::OkStatus();
  }

  // The message that takes the body; a new element for BULK.
  Message* Target() {
    if (plan_.body_field == nullptr) return request_;
    const auto* reflection = request_->GetReflection();
    if (plan_.body_field->shape == Shape::kRepeated)
      return reflection->AddMessage(request_, plan_.body_field->field);
    return reflection->MutableMessage(request_, plan_.body_field->field);
  }

  Status ReadObject(JsonValue value, std::string_view path) {
    options_.path = path;
    const bool plain_field =
        plan_.body == nullptr ||
        (plan_.body_field != nullptr && plan_.body_field->shape == Shape::kRepeated &&
         plan_.body_kind != api::BULK);
    if (plain_field) return ReadField(value, *plan_.body_field, options_, request_);
    FieldMask mask;
    RETURN_IF_ERROR(ReadMessage(value, *plan_.body, options_, Target(),
                                plan_.mask_field == nullptr ? nullptr : &mask));
    StoreMask(mask);
    return absl::OkStatus();
  }

  void StoreMask(const FieldMask& mask) {
    if (plan_.mask_field == nullptr) return;
    request_->GetReflection()
        ->MutableMessage(request_, plan_.mask_field->field)
        ->ParseFromString(mask.SerializeAsString());
  }

  const Route& route_;
  const RoutePlan& plan_;
  ReadOptions options_;
  Message* request_;
};

}  // namespace

Status ReadBody(const Route& route, std::optional<JsonValue> body, ApiVersion version,
                bool legacy_patch, Message* request, bool* bulk) {
  if (!body) return absl::OkStatus();
  BodyReader reader(route, version, request);
  if (route.plan->body_kind == api::JSON_PATCH) return reader.ReadPatch(*body, legacy_patch);
  return reader.Read(*body, bulk);
}

}  // namespace tstack::contract
