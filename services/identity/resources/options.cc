#include "services/identity/resources/options.h"

#include "services/identity/resources/lookup.h"

namespace tstack::identity {

db::Value ImmutableToSql(const v1::ResourceOptions& options) {
  if (!options.has_immutable()) return nullptr;
  return int64_t{options.immutable()};
}

Status ImmutableFromSql(const db::Row& row, size_t column, v1::ResourceOptions* options) {
  if (row.IsNull(column)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool immutable, row.Bool(column));
  options->set_immutable(immutable);
  return absl::OkStatus();
}

bool OnlyUnlocks(const v1::ResourceOptions& changes, const google::protobuf::FieldMask& mask) {
  return NamesOnly(mask, "options") && Names(mask, "options.immutable") && !changes.immutable();
}

void ApplyOptions(const v1::ResourceOptions& changes, const google::protobuf::FieldMask& mask,
                  v1::ResourceOptions* options) {
  if (Names(mask, "options.immutable")) options->clear_immutable();
  options->MergeFrom(changes);
}

}  // namespace tstack::identity
