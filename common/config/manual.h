// The comments of the configuration's .proto files, embedded at build time.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

namespace tstack::config {

// The comment above the field, without comment marks, lines joined; a section without one has its
// type's. "" if none.
std::string CommentOf(const google::protobuf::FieldDescriptor& field);

}  // namespace tstack::config
