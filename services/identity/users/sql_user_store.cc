#include "services/identity/users/sql_user_store.h"

#include <utility>

#include "absl/strings/str_split.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/passwords/password_store.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"
#include "services/identity/users/user_rows.h"

namespace tstack::identity::users {
namespace {

using google::protobuf::FieldMask;

constexpr std::string_view kOne = "SELECT " TSTACK_USER_COLUMNS TSTACK_USER_TABLES "WHERE u.id = ?";

StatusOr<v1::User> ReadOne(db::Transaction& tx, std::string_view id) {
  return OneOf(tx.Query("user_show", kOne, {std::string(id)}), "user", id, ReadUser);
}

// What a refused write means to the client.
Status Explain(const Status& status, std::string_view domain_id, std::string_view name) {
  if (!DuplicateKeyOf(status).empty()) return NameTaken("user", name);
  if (!ForeignKeyOf(status).empty()) return Unknown("domain", domain_id);
  return status;
}

Status Insert(db::Transaction& tx, const v1::CreateUserRequest& request, std::string_view id) {
  const Status status =
      tx.Execute("user_insert",
                 "INSERT INTO user (id, domain_id, name, enabled, default_project_id, description, "
                 "options, extra, created_at) SELECT ?, d.id, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) "
                 "FROM project d WHERE d.id = ? AND d.is_domain = 1",
                 {std::string(id), request.name(), int64_t{request.enabled()},
                  OptionalToSql(request.has_default_project_id(), request.default_project_id()),
                  OptionalToSql(request.has_description(), request.description()),
                  MessageToSql(request.options()), AttributesToSql(Storable(request.extra())),
                  request.domain_id()})
          .status();
  return Explain(status, request.domain_id(), request.name());
}

// The comparison in "lt:2026-11-22T15:25:38Z"; a time alone must be equal.
Status AddExpiry(const std::string& filter, Conditions* conditions) {
  static constexpr std::pair<std::string_view, std::string_view> kOperators[] = {
      {"lt:", "p.expires_at < ?"},   {"lte:", "p.expires_at <= ?"}, {"gt:", "p.expires_at > ?"},
      {"gte:", "p.expires_at >= ?"}, {"eq:", "p.expires_at = ?"},   {"neq:", "p.expires_at <> ?"},
  };
  std::string_view text = filter;
  std::string_view sql = "p.expires_at = ?";
  for (const auto& [prefix, comparison] : kOperators) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    sql = comparison;
    break;
  }
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, std::string(text), &time, nullptr)) {
    return FieldError("password_expires_at", "is no operator and time: " + filter);
  }
  conditions->Add(sql, {time});
  return absl::OkStatus();
}

// Puts what the mask names into the user as it is now.
void Apply(const v1::UserChanges& changes, const FieldMask& mask, v1::User* user) {
  if (Names(mask, "name")) user->set_name(changes.name());
  if (Names(mask, "enabled")) user->set_enabled(changes.enabled());
  if (Names(mask, "default_project_id")) {
    user->clear_default_project_id();
    if (changes.has_default_project_id())
      user->set_default_project_id(changes.default_project_id());
  }
  if (Names(mask, "description")) {
    user->clear_description();
    if (changes.has_description()) user->set_description(changes.description());
  }
  MergeAttributes(changes.extra(), user->mutable_extra());
}

// An option that the mask names without a value is unset.
void ApplyOptions(const v1::UserOptions& changes, const FieldMask& mask, v1::UserOptions* options) {
  const google::protobuf::Reflection* reflection = changes.GetReflection();
  for (const std::string& path : mask.paths()) {
    const std::vector<std::string> parts = absl::StrSplit(path, absl::MaxSplits('.', 1));
    if (parts.size() != 2 || parts[0] != "options") continue;
    const auto* field = changes.GetDescriptor()->FindFieldByName(parts[1]);
    if (field == nullptr) continue;
    reflection->ClearField(options, field);
  }
  options->MergeFrom(changes);
}

Status WriteRow(db::Transaction& tx, const v1::User& user) {
  const Status status =
      tx.Execute("user_update",
                 "UPDATE user SET name = ?, enabled = ?, default_project_id = ?, description = ?, "
                 "options = ?, extra = ? WHERE id = ?",
                 {user.name(), int64_t{user.enabled()},
                  OptionalToSql(user.has_default_project_id(), user.default_project_id()),
                  OptionalToSql(user.has_description(), user.description()),
                  MessageToSql(user.options()), AttributesToSql(user.extra()), user.id()})
          .status();
  return Explain(status, user.domain_id(), user.name());
}

Status WritePassword(db::Transaction& tx, std::string_view id, const PasswordHash& hash) {
  if (!hash.has_value()) return absl::OkStatus();
  if (hash->empty()) return passwords::DeletePassword(tx, id);
  return passwords::SetPassword(tx, id, *hash);
}

class SqlUserStore final : public UserStore {
 public:
  SqlUserStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::User> Create(const CallContext& ctx, const v1::CreateUserRequest& request,
                            std::string_view id, const PasswordHash& hash) override {
    return idempotency::RunCreate<v1::User>(ctx, database_, ids_, request,
                                            [&](db::Transaction& tx) -> StatusOr<v1::User> {
                                              RETURN_IF_ERROR(Insert(tx, request, id));
                                              StatusOr<v1::User> user = ReadOne(tx, id);
                                              // Nothing was inserted: there is no such domain.
                                              if (absl::IsNotFound(user.status()))
                                                return NotFound("domain", request.domain_id());
                                              RETURN_IF_ERROR(user.status());
                                              RETURN_IF_ERROR(WritePassword(tx, id, hash));
                                              return user;
                                            });
  }

  StatusOr<v1::User> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("user", id);
    return OneOf(Select(ctx, database_, "user_show", kOne, {std::string(id)}), "user", id,
                 ReadUser);
  }

  StatusOr<std::vector<v1::User>> List(const CallContext& ctx, const v1::ListUsersRequest& request,
                                       std::string_view after, int limit) override {
    Conditions conditions;
    conditions.Add("u.id > ?", {std::string(after)})
        .Equal("u.domain_id", request.has_domain_id(), request.domain_id())
        .Match("u.name", request.name());
    if (request.has_enabled()) conditions.Add("u.enabled = ?", {int64_t{request.enabled()}});
    if (request.has_password_expires_at()) {
      RETURN_IF_ERROR(AddExpiry(request.password_expires_at(), &conditions));
    }
    return AllOf(SelectPage(ctx, database_, "user_list",
                            "SELECT " TSTACK_USER_COLUMNS TSTACK_USER_TABLES "WHERE ", conditions,
                            "u.id", limit),
                 ReadUser);
  }

  StatusOr<v1::User> Update(const CallContext& ctx, std::string_view id,
                            const v1::UserChanges& changes, const FieldMask& mask,
                            const PasswordHash& hash) override {
    if (!PlausibleId(id)) return NotFound("user", id);
    v1::User user;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(Lock(tx, id));
          ASSIGN_OR_RETURN(user, ReadOne(tx, id));
          const v1::User before = user;
          Apply(changes, mask, &user);
          ApplyOptions(changes.options(), mask, user.mutable_options());
          RETURN_IF_ERROR(WriteRow(tx, user));
          RETURN_IF_ERROR(WritePassword(tx, id, hash));
          if (hash.has_value() || (before.enabled() && !user.enabled())) {
            return auth::InvalidateTokensOf(ctx, tx, id);
          }
          // Tokens show nothing else of a user, and logins depend on nothing else.
          if (before.name() == user.name() && before.enabled() == user.enabled() &&
              google::protobuf::util::MessageDifferencer::Equals(before.options(),
                                                                 user.options())) {
            return absl::OkStatus();
          }
          return auth::RecordChange(ctx, tx, v1::USER, id);
        }));
    return user;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("user", id);
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(passwords::DeletePassword(tx, id));
          ASSIGN_OR_RETURN(
              const int64_t rows,
              tx.Execute("user_delete", "DELETE FROM user WHERE id = ?", {std::string(id)}));
          if (rows == 0) return NotFound("user", id);
          return auth::RecordChange(ctx, tx, v1::USER, id);
        });
  }

  Status ChangePassword(const CallContext& ctx, std::string_view id, std::string_view expected,
                        std::string_view hash) override {
    return database_.RunTransaction(ctx, ids_.TimeOrderedUuid(),
                                    [&](db::Transaction& tx) -> Status {
                                      RETURN_IF_ERROR(Lock(tx, id));
                                      ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                                                       passwords::GetPasswordHash(tx, id));
                                      if (stored != expected) {
                                        return Error(StatusCode::kAborted, "PASSWORD_CHANGED",
                                                     "the password changed meanwhile");
                                      }
                                      RETURN_IF_ERROR(passwords::SetPassword(tx, id, hash));
                                      return auth::InvalidateTokensOf(ctx, tx, id);
                                    });
  }

 private:
  // Two changes of one user on this node follow each other; on two nodes the second to commit is
  // rerun, since both write the row.
  static Status Lock(db::Transaction& tx, std::string_view id) {
    return OneRow(tx.Query("user_lock", "SELECT id FROM user WHERE id = ? FOR UPDATE",
                           {std::string(id)}),
                  "user", id)
        .status();
  }

  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<UserStore> MakeSqlUserStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlUserStore>(database, ids);
}

}  // namespace tstack::identity::users
