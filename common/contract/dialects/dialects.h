// The dialects there are; FindDialect looks among them. Each lives for the whole process.
#pragma once

#include "common/contract/dialect.h"

namespace tstack::contract {

const Dialect* Keystone();
const Dialect* Nova();
const Dialect* Glance();
const Dialect* Cinder();
const Dialect* Neutron();
const Dialect* Placement();
const Dialect* Plain();

}  // namespace tstack::contract
