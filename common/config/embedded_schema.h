// The serialized FileDescriptorSet of proto/tstack/config, with comments; written by the build
// (embed.cmake).
#pragma once

#include <string_view>

namespace tstack::config {

std::string_view EmbeddedSchema();

}  // namespace tstack::config
