// The private RabbitMQ of an installation: one node and its own epmd, both on loopback only, with
// an own cookie.
#pragma once

#include "common/status/status.h"
#include "tools/tstack_cli/instance.h"
#include "tstack/supervisor/v1/control.pb.h"

namespace tstack::cli {

inline constexpr char kRabbitMq[] = "rabbitmq";
inline constexpr char kEpmd[] = "epmd";

// Folders, cookie, password and configuration files. Repeatable.
Status PrepareRabbitMq(const Instance& instance, const Ports& ports);

// epmd must be ensured first: otherwise the node would start one that outlives it.
supervisor::v1::ServiceSpec EpmdSpec(const Instance& instance, const Ports& ports);
supervisor::v1::ServiceSpec RabbitMqSpec(const Instance& instance, const Ports& ports);

}  // namespace tstack::cli
