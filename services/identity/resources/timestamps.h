// Times as the API's messages carry them.
#pragma once

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace tstack::identity {

// In whole microseconds, rounded down: what columns hold and clients see.
void SetTime(absl::Time time, google::protobuf::Timestamp* stamp);

}  // namespace tstack::identity
