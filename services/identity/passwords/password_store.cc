#include "services/identity/passwords/password_store.h"

#include <string>

namespace tstack::identity::passwords {

Status SetPassword(db::Transaction& tx, std::string_view user_id, std::string_view hash,
                   std::optional<absl::Time> expires_at) {
  const db::Value expiry = expires_at ? db::Value(*expires_at) : db::Value(nullptr);
  return tx
      .Execute("password_set",
               "INSERT INTO password (user_id, hash, created_at, expires_at) VALUES (?, ?, "
               "UTC_TIMESTAMP(6), ?) "
               "ON DUPLICATE KEY UPDATE hash = VALUES(hash), created_at = VALUES(created_at), "
               "expires_at = VALUES(expires_at), failed_count = 0, last_failed_at = NULL",
               {std::string(user_id), std::string(hash), expiry})
      .status();
}

StatusOr<std::optional<std::string>> GetPasswordHash(db::Transaction& tx,
                                                     std::string_view user_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("password_get", "SELECT hash FROM password WHERE user_id = ?",
                            {std::string(user_id)}));
  if (rows.empty()) return std::optional<std::string>();
  return rows[0].OptionalString(0);
}

Status DeletePassword(db::Transaction& tx, std::string_view user_id) {
  return tx
      .Execute("password_delete", "DELETE FROM password WHERE user_id = ?", {std::string(user_id)})
      .status();
}

}  // namespace tstack::identity::passwords
