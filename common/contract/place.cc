#include "common/contract/place.h"

#include "absl/strings/str_cat.h"

#include "common/contract/json_builder.h"
#include "common/contract/json_text.h"
#include "common/contract/view.h"

namespace tstack::contract {
namespace {

constexpr size_t kShownBytes = 60;

Status Invalid(const Place& place, std::string_view shown, std::string_view complaint) {
  return PlaceError(place, "INVALID_FIELD",
                    absl::StrCat("invalid input for field ", place.JsonPath(), ": ",
                                 place.IsSecret() ? absl::string_view("the value") : View(shown),
                                 " ", View(complaint)));
}

}  // namespace

std::string Place::JsonPath() const {
  const std::string head = parent == nullptr ? "" : parent->JsonPath();
  return index == kNoIndex ? JoinPath(head, key) : head + IndexText(index);
}

std::string Place::ProtoPath() const {
  std::string head = parent == nullptr ? "" : parent->ProtoPath();
  return field == nullptr ? head : JoinPath(head, field->field->name());
}

bool Place::IsSecret() const {
  if (field != nullptr && field->write_only) return true;
  return parent != nullptr && parent->IsSecret();
}

Status PlaceError(const Place& place, std::string_view reason, std::string_view message) {
  common::v1::ErrorDetail detail;
  detail.set_reason(std::string(reason));
  detail.set_field(place.JsonPath());
  return WithDetail(Status(StatusCode::kInvalidArgument, View(message)), detail);
}

Status InvalidValue(const Place& place, JsonValue value, std::string_view complaint) {
  return Invalid(place, value.Abridged(kShownBytes), complaint);
}

Status InvalidText(const Place& place, std::string_view value, std::string_view complaint) {
  return Invalid(place, JsonString(Shortened(value, kShownBytes)), complaint);
}

}  // namespace tstack::contract
