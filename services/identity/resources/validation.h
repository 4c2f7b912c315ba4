// What the contract cannot say of a request's values.
#pragma once

#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"

#include "common/status/status.h"

namespace tstack::identity {

// A name that is not empty once the white space around it is gone. `field` is its JSON path.
Status CheckName(std::string_view field, std::string_view name);

// A tag has 1 to 255 characters, no comma and no slash.
Status CheckTagText(std::string_view field, std::string_view tag);
Status CheckTags(std::string_view field,
                 const google::protobuf::RepeatedPtrField<std::string>& tags);

}  // namespace tstack::identity
