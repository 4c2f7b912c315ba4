#include "common/contract/path_template.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace tstack::contract {
namespace {

Status Bad(std::string_view path, std::string_view why) {
  return Error(StatusCode::kInvalidArgument, "BAD_PATH_TEMPLATE",
               std::string("path template '") + std::string(path) + "': " + std::string(why));
}

bool IsFieldPath(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.back() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
         });
}

StatusOr<PathSegment> ParseSegment(std::string_view path, std::string_view text) {
  if (text.empty()) return Bad(path, "an empty segment");
  if (text.front() != '{') {
    if (text.find_first_of("{}") != std::string_view::npos)
      return Bad(path, "a field must begin its segment");
    return PathSegment{PathSegment::Kind::kLiteral, std::string(text), ""};
  }
  const size_t close = text.find('}');
  if (close == std::string_view::npos) return Bad(path, "unbalanced braces");
  std::string_view name = text.substr(1, close - 1);
  const std::string_view suffix = text.substr(close + 1);
  if (suffix.find_first_of("{}") != std::string_view::npos)
    return Bad(path, "two fields in one segment");
  auto kind = PathSegment::Kind::kField;
  if (name.ends_with("=**")) {
    kind = PathSegment::Kind::kRest;
    name.remove_suffix(3);
    if (!suffix.empty()) return Bad(path, "text after {…=**}");
  }
  if (!IsFieldPath(name)) return Bad(path, "not a field name: '" + std::string(name) + "'");
  return PathSegment{kind, std::string(suffix), std::string(name)};
}

}  // namespace

std::vector<std::string> PathTemplate::fields() const {
  std::vector<std::string> out;
  for (const PathSegment& segment : segments) {
    if (segment.kind != PathSegment::Kind::kLiteral) out.push_back(segment.field);
  }
  return out;
}

StatusOr<PathTemplate> PathTemplate::Parse(std::string_view text) {
  PathTemplate out;
  out.text = std::string(text);
  if (!text.starts_with('/')) return Bad(text, "it must begin with '/'");
  std::string_view rest = text.substr(1);
  while (!rest.empty()) {
    const size_t slash = rest.find('/');
    ASSIGN_OR_RETURN(PathSegment segment, ParseSegment(text, rest.substr(0, slash)));
    if (!out.segments.empty() && out.segments.back().kind == PathSegment::Kind::kRest) {
      return Bad(text, "{…=**} must be the last segment");
    }
    const auto seen = out.fields();
    if (!segment.field.empty() &&
        std::find(seen.begin(), seen.end(), segment.field) != seen.end()) {
      return Bad(text, "field '" + segment.field + "' twice");
    }
    out.segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) return out;
    rest = rest.substr(slash + 1);
    if (rest.empty()) return Bad(text, "a trailing slash (it is accepted anyway)");
  }
  return out;
}

}  // namespace tstack::contract
