#include "services/identity/resources/lookup.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tstack::identity {
namespace {

std::string Reason(std::string_view type, std::string_view suffix) {
  std::string reason;
  for (char c : type) {
    reason.push_back(c == ' ' ? '_'
                              : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return reason.append(suffix);
}

std::string Sentence(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) text.append(part);
  return text;
}

std::string ResourceOf(const Status& status, std::string_view reason) {
  const common::v1::ErrorDetail detail = DetailOf(status);
  return detail.reason() == reason ? detail.resource_id() : std::string();
}

}  // namespace

bool PlausibleId(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Status NotFound(std::string_view type, std::string_view id) {
  return ResourceError(StatusCode::kNotFound, Reason(type, "_NOT_FOUND"), type, id,
                       Sentence({"there is no ", type, " ", id}));
}

Status NameTaken(std::string_view type, std::string_view name) {
  return ResourceError(StatusCode::kAlreadyExists, Reason(type, "_EXISTS"), type, name,
                       Sentence({"a ", type, " with the name or id ", name, " exists already"}));
}

Status Immutable(std::string_view type, std::string_view id) {
  return ResourceError(
      StatusCode::kPermissionDenied, "RESOURCE_IMMUTABLE", type, id,
      Sentence({"the ", type, " ", id, " is immutable: unset its option immutable first"}));
}

Status Unknown(std::string_view type, std::string_view id) {
  return ResourceError(
      StatusCode::kInvalidArgument, Reason(type, "_UNKNOWN"), type, id,
      Sentence({"the request names the ", type, " ", id, ", which does not exist"}));
}

std::string DuplicateKeyOf(const Status& status) { return ResourceOf(status, "DUPLICATE_KEY"); }
std::string ForeignKeyOf(const Status& status) { return ResourceOf(status, "FOREIGN_KEY"); }

bool Names(const google::protobuf::FieldMask& mask, std::string_view field) {
  return std::any_of(mask.paths().begin(), mask.paths().end(), [&](const std::string& path) {
    return path == field ||
           (path.size() > field.size() && path.starts_with(field) && path[field.size()] == '.');
  });
}

bool NamesOnly(const google::protobuf::FieldMask& mask, std::string_view field) {
  return std::all_of(mask.paths().begin(), mask.paths().end(), [&](const std::string& path) {
    return path == field || (path.starts_with(field) && path[field.size()] == '.');
  });
}

std::string DomainOfScope(const CallContext& ctx) {
  const common::v1::AuthContext& auth = ctx.request.auth;
  if (!auth.domain_id().empty()) return auth.domain_id();
  if (!auth.project_domain_id().empty()) return auth.project_domain_id();
  // A project that is a domain has no domain of its own.
  if (auth.is_domain()) return auth.project_id();
  return "default";
}

std::string Trimmed(std::string_view name) {
  constexpr std::string_view kSpace = " \t\n\r\v\f";
  const size_t begin = name.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(name.substr(begin, name.find_last_not_of(kSpace) - begin + 1));
}

db::Value OptionalToSql(bool given, std::string_view value) {
  if (!given) return nullptr;
  return std::string(value);
}

StatusOr<db::Row> OneRow(StatusOr<db::Rows> rows, std::string_view type, std::string_view id) {
  if (!rows.ok()) return std::move(rows).status();
  if (rows->empty()) return NotFound(type, id);
  return std::move(rows->front());
}

}  // namespace tstack::identity
