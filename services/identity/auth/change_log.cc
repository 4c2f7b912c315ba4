#include "services/identity/auth/change_log.h"

#include <string>

#include "absl/strings/escaping.h"

#include "common/context/auth_changes.h"

namespace tstack::identity::auth {
namespace {

// A run of the transaction that was rolled back may have told the same: harmless, the gateway only
// asks once more.
void TellGateway(const CallContext& ctx, v1::DependencyKind kind, std::string_view id) {
  if (ctx.state == nullptr) return;
  std::string& header = (*ctx.state->response.mutable_headers())[kAuthChangesHeader];
  std::string bytes;
  v1::AuthEvent event;
  if (absl::Base64Unescape(header, &bytes)) event.ParseFromString(bytes);
  v1::Dependency& changed = *event.add_changed();
  changed.set_kind(kind);
  changed.set_id(std::string(id));
  header = absl::Base64Escape(event.SerializeAsString());
}

}  // namespace

Status RecordChange(db::Transaction& tx, v1::DependencyKind kind, std::string_view id) {
  // The row lock makes the order of seq the order of commits: who sees seq n sees all below it.
  ASSIGN_OR_RETURN(const int64_t rows,
                   tx.Execute("auth_seq_stamp", "UPDATE auth_seq SET seq = seq + 1 WHERE id = 1"));
  if (rows != 1)
    return Error(StatusCode::kInternal, "AUTH_SEQ_MISSING", "the auth sequence has no row");
  return tx
      .Execute("auth_change_insert",
               "INSERT INTO auth_change (seq, kind, id, created_at) "
               "SELECT seq, ?, ?, UTC_TIMESTAMP(6) FROM auth_seq WHERE id = 1",
               {int64_t{kind}, std::string(id)})
      .status();
}

Status RecordChange(const CallContext& ctx, db::Transaction& tx, v1::DependencyKind kind,
                    std::string_view id) {
  TellGateway(ctx, kind, id);
  return RecordChange(tx, kind, id);
}

Status InvalidateTokensOf(const CallContext& ctx, db::Transaction& tx, std::string_view user_id) {
  TellGateway(ctx, v1::USER, user_id);
  return InvalidateTokensOf(tx, user_id);
}

Status InvalidateTokensOf(db::Transaction& tx, std::string_view user_id) {
  // Tokens carry whole seconds of their issuer's clock. Two seconds of margin cover clocks that
  // differ; a login after this gets a token from the second behind the mark. A second change must
  // pass what the first one allowed.
  RETURN_IF_ERROR(
      tx.Execute("user_invalidate",
                 "INSERT INTO user_invalidation (user_id, invalid_before) "
                 "VALUES (?, UNIX_TIMESTAMP() + 2) ON DUPLICATE KEY UPDATE "
                 "invalid_before = GREATEST(VALUES(invalid_before), invalid_before + 1)",
                 {std::string(user_id)})
          .status());
  return RecordChange(tx, v1::USER, user_id);
}

}  // namespace tstack::identity::auth
