#include "services/identity/wiring/check_config.h"

#include "absl/strings/str_cat.h"

#include "common/config/config.h"

namespace tstack::identity {

Status CheckConfig(const config::v1::Identity& config) {
  const absl::Duration key_lifetime = config::ToDuration(config.key_lifetime());
  if (key_lifetime <= absl::ZeroDuration()) return absl::OkStatus();  // by hand: an operator's care
  // A key that has just stopped signing is kept while those behind it have their time: all but the
  // staged and the signing one.
  const absl::Duration kept = (config.max_active_keys() - 2) * key_lifetime;
  const absl::Duration needed = config::ToDuration(config.token_lifetime()) +
                                config::ToDuration(config.allow_expired_window());
  if (kept >= needed) return absl::OkStatus();
  return Error(StatusCode::kInvalidArgument, "CONFIG_INVALID",
               absl::StrCat("identity: keys are deleted ", absl::FormatDuration(kept),
                            " after they stop signing ((max_active_keys - 2) x key_lifetime), but "
                            "tokens are looked at for ",
                            absl::FormatDuration(needed),
                            " (token_lifetime + allow_expired_window): raise max_active_keys or "
                            "key_lifetime"));
}

}  // namespace tstack::identity
