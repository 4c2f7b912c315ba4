// The option `immutable` of projects, domains and roles: how it is stored and changed.
#pragma once

#include "google/protobuf/field_mask.pb.h"

#include "common/db/database.h"
#include "common/status/status.h"
#include "tstack/identity/v1/options.pb.h"

namespace tstack::identity {

// NULL if it was never set.
db::Value ImmutableToSql(const v1::ResourceOptions& options);
Status ImmutableFromSql(const db::Row& row, size_t column, v1::ResourceOptions* options);

// Whether only this option changes, to false or unset: all that an immutable resource allows.
bool OnlyUnlocks(const v1::ResourceOptions& changes, const google::protobuf::FieldMask& mask);
// An option that the mask names without a value is unset.
void ApplyOptions(const v1::ResourceOptions& changes, const google::protobuf::FieldMask& mask,
                  v1::ResourceOptions* options);

}  // namespace tstack::identity
