// Small facts that all resources share: what an id can be, errors about one resource, field masks,
// the caller's domain.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/field_mask.pb.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/status/status.h"

namespace tstack::identity {

// Whether a row may have this id: 1 to 64 printable ASCII characters. Clients ask for resources by
// name where an id belongs; most of these need no look into the database.
bool PlausibleId(std::string_view id);

// kNotFound, reason "PROJECT_NOT_FOUND" for type "project".
Status NotFound(std::string_view type, std::string_view id);
// kAlreadyExists, reason "PROJECT_EXISTS".
Status NameTaken(std::string_view type, std::string_view name);
// kPermissionDenied, reason RESOURCE_IMMUTABLE.
Status Immutable(std::string_view type, std::string_view id);
// kInvalidArgument, reason "DOMAIN_UNKNOWN" for type "domain": the client named it in a body.
Status Unknown(std::string_view type, std::string_view id);

// What refused a statement: the name of the key or of the constraint; "" if it was something else.
std::string DuplicateKeyOf(const Status& status);
std::string ForeignKeyOf(const Status& status);

// Whether the mask names the field itself or something in it.
bool Names(const google::protobuf::FieldMask& mask, std::string_view field);
// Whether it names nothing else.
bool NamesOnly(const google::protobuf::FieldMask& mask, std::string_view field);

// Where a user or a project without a domain is created: the domain of the token's scope.
std::string DomainOfScope(const CallContext& ctx);

// Names are kept without white space around them.
std::string Trimmed(std::string_view name);

// NULL for an absent optional.
db::Value OptionalToSql(bool given, std::string_view value);

// The first row, or kNotFound about `type` and `id`.
StatusOr<db::Row> OneRow(StatusOr<db::Rows> rows, std::string_view type, std::string_view id);

}  // namespace tstack::identity
