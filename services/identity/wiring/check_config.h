// What the configuration of identity must promise beyond the ranges of its settings.
#pragma once

#include "common/status/status.h"
#include "tstack/config/v1/identity.pb.h"

namespace tstack::identity {

// kInvalidArgument with reason CONFIG_INVALID if a token may outlive the key that it was signed
// with. `config` is complete.
Status CheckConfig(const config::v1::Identity& config);

}  // namespace tstack::identity
