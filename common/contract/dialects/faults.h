#pragma once

#include <string_view>

namespace tstack::contract {

// The name that nova and cinder give an error body: "itemNotFound" for 404, "computeFault" for what
// has none.
std::string_view FaultName(int status);

}  // namespace tstack::contract
