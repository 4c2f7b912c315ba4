// Settings of a loaded message by their dotted keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "common/config/config.h"
#include "common/config/yaml_reader.h"

namespace tstack::config {

StatusOr<Setting> ExplainKey(const google::protobuf::Message& root, const Reading& reading,
                             std::string_view key);
std::vector<Setting> ExplainEverything(const google::protobuf::Message& root,
                                       const Reading& reading);

}  // namespace tstack::config
