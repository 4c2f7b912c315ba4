#include "services/identity/resources/timestamps.h"

namespace tstack::identity {

void SetTime(absl::Time time, google::protobuf::Timestamp* stamp) {
  const absl::Time second = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  stamp->set_seconds(absl::ToUnixSeconds(second));
  stamp->set_nanos(static_cast<int32_t>(absl::ToInt64Microseconds(time - second) * 1000));
}

}  // namespace tstack::identity
