#include "common/contract/media_type.h"

#include <algorithm>

#include "absl/strings/ascii.h"

#include "common/contract/reasons.h"

namespace tstack::contract {

std::string MediaTypeOf(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  absl::StripAsciiWhitespace(&type);
  absl::AsciiStrToLower(&type);
  return type;
}

Status CheckMediaType(const Route& route, const http::Headers& headers) {
  const auto header = headers.Find("Content-Type");
  if (!header) return absl::OkStatus();
  const std::string type = MediaTypeOf(*header);
  const auto& consumes = route.option.consumes();
  if (std::find(consumes.begin(), consumes.end(), type) != consumes.end()) return absl::OkStatus();
  const bool patch = route.option.body() == api::JSON_PATCH;
  if (type == "application/json" && (!patch || consumes.empty())) return absl::OkStatus();
  if (type == "application/json-patch+json" && patch) return absl::OkStatus();
  return Error(StatusCode::kInvalidArgument, kMediaType,
               "The media type '" + type.substr(0, 60) + "' is not taken here.");
}

}  // namespace tstack::contract
