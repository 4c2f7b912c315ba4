// The text of a new tstack.yaml.
#pragma once

#include <string>

#include "tools/tstack_cli/instance.h"
#include "tools/tstack_cli/prepare.h"

namespace tstack::cli {

std::string NewConfigText(const Instance& instance, const Creation& creation);

}  // namespace tstack::cli
