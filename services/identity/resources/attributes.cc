#include "services/identity/resources/attributes.h"

#include <optional>

#include "google/protobuf/util/json_util.h"

namespace tstack::identity {
namespace {

Status InvalidRow(std::string_view what) {
  return Error(StatusCode::kInternal, "STORED_ROW_INVALID",
               "a stored row has a broken " + std::string(what));
}

}  // namespace

db::Value MessageToSql(const google::protobuf::Message& message) {
  if (message.ByteSizeLong() == 0) return nullptr;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return nullptr;
  return json;
}

Status MessageFromSql(const db::Row& row, size_t column, google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(const std::optional<std::string> json, row.OptionalString(column));
  if (!json.has_value()) return absl::OkStatus();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // written by a newer release
  if (!google::protobuf::util::JsonStringToMessage(*json, message, options).ok()) {
    return InvalidRow("JSON column");
  }
  return absl::OkStatus();
}

db::Value AttributesToSql(const Attributes& attributes) {
  google::protobuf::Struct object;
  *object.mutable_fields() = attributes;
  return MessageToSql(object);
}

StatusOr<Attributes> AttributesFromSql(const db::Row& row, size_t column) {
  if (row.IsNull(column)) return Attributes();
  google::protobuf::Struct object;
  RETURN_IF_ERROR(MessageFromSql(row, column, &object));
  return std::move(*object.mutable_fields());
}

Attributes Storable(const Attributes& attributes) {
  Attributes kept = attributes;
  kept.erase("id");
  kept.erase("links");
  return kept;
}

void MergeAttributes(const Attributes& changes, Attributes* into) {
  for (const auto& [key, value] : Storable(changes)) (*into)[key] = value;
}

}  // namespace tstack::identity
