#include "services/identity/auth/change_log.h"

#include <string>

namespace tstack::identity::auth {
namespace {

// A run of the transaction that was rolled back may have told the same: harmless, who hears it only
// asks once more.
void Tell(const CallContext& ctx, int64_t seq, v1::DependencyKind kind, std::string_view id) {
  if (ctx.state == nullptr) return;
  common::v1::AuthChanges& changes = *ctx.state->response.mutable_auth_changes();
  changes.set_seq(seq);
  common::v1::AuthChanges::Change& changed = *changes.add_changed();
  changed.set_kind(kind);
  changed.set_id(std::string(id));
}

// The change's place in the sequence.
StatusOr<int64_t> Stamp(db::Transaction& tx, v1::DependencyKind kind, std::string_view id) {
  // The row lock makes the order of seq the order of commits: who sees seq n sees all below it.
  RETURN_IF_ERROR(
      tx.Execute("auth_seq_stamp", "UPDATE auth_seq SET seq = seq + 1 WHERE id = 1").status());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("auth_change_insert",
                            "INSERT INTO auth_change (seq, kind, id, created_at) "
                            "SELECT seq, ?, ?, UTC_TIMESTAMP(6) FROM auth_seq WHERE id = 1 "
                            "RETURNING seq",
                            {int64_t{kind}, std::string(id)}));
  if (rows.empty())
    return Error(StatusCode::kInternal, "AUTH_SEQ_MISSING", "the auth sequence has no row");
  return rows[0].Int(0);
}

Status Invalidate(db::Transaction& tx, std::string_view user_id) {
  // Tokens carry whole seconds of their issuer's clock. Two seconds of margin cover clocks that
  // differ; a login after this gets a token from the second behind the mark. A second change must
  // pass what the first one allowed.
  return tx
      .Execute("user_invalidate",
               "INSERT INTO user_invalidation (user_id, invalid_before) "
               "VALUES (?, UNIX_TIMESTAMP() + 2) ON DUPLICATE KEY UPDATE "
               "invalid_before = GREATEST(VALUES(invalid_before), invalid_before + 1)",
               {std::string(user_id)})
      .status();
}

}  // namespace

Status RecordChange(db::Transaction& tx, v1::DependencyKind kind, std::string_view id) {
  return Stamp(tx, kind, id).status();
}

Status RecordChange(const CallContext& ctx, db::Transaction& tx, v1::DependencyKind kind,
                    std::string_view id) {
  ASSIGN_OR_RETURN(const int64_t seq, Stamp(tx, kind, id));
  Tell(ctx, seq, kind, id);
  return absl::OkStatus();
}

Status InvalidateTokensOf(const CallContext& ctx, db::Transaction& tx, std::string_view user_id) {
  RETURN_IF_ERROR(Invalidate(tx, user_id));
  return RecordChange(ctx, tx, v1::USER, user_id);
}

Status InvalidateTokensOf(db::Transaction& tx, std::string_view user_id) {
  RETURN_IF_ERROR(Invalidate(tx, user_id));
  return RecordChange(tx, v1::USER, user_id);
}

}  // namespace tstack::identity::auth
