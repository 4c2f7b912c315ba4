#include "services/identity/resources/validation.h"

#include <algorithm>

namespace tstack::identity {
namespace {

// Characters, not bytes.
size_t Length(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

Status CheckName(std::string_view field, std::string_view name) {
  if (name.empty()) return FieldError(field, "must not be empty");
  return absl::OkStatus();
}

Status CheckTagText(std::string_view field, std::string_view tag) {
  if (tag.empty() || Length(tag) > 255) return FieldError(field, "a tag has 1 to 255 characters");
  if (tag.find_first_of(",/") != std::string_view::npos) {
    return FieldError(field, "a tag contains no comma and no slash");
  }
  return absl::OkStatus();
}

Status CheckTags(std::string_view field,
                 const google::protobuf::RepeatedPtrField<std::string>& tags) {
  for (const std::string& tag : tags) RETURN_IF_ERROR(CheckTagText(field, tag));
  return absl::OkStatus();
}

}  // namespace tstack::identity
