#include "services/identity/roles/sql_role_store.h"

#include <utility>

#include "common/idempotency/idempotency.h"
#include "services/identity/auth/change_log.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/reads.h"
#include "services/identity/roles/role_rows.h"
#include "services/identity/roles/role_writes.h"

namespace tstack::identity::roles {
namespace {

using google::protobuf::FieldMask;

Status NoImplication(std::string_view prior, std::string_view implied) {
  return ResourceError(
      StatusCode::kNotFound, "IMPLICATION_NOT_FOUND", "implied role", implied,
      "the role " + std::string(prior) + " does not imply " + std::string(implied));
}

StatusOr<Implication> ReadImplication(db::Transaction& tx, std::string_view prior,
                                      std::string_view implied) {
  ASSIGN_OR_RETURN(std::vector<Implication> rules, ReadImplications(tx, prior, implied));
  if (rules.empty()) return NoImplication(prior, implied);
  return std::move(rules.front());
}

class SqlRoleStore final : public RoleStore {
 public:
  SqlRoleStore(db::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  StatusOr<v1::Role> Create(const CallContext& ctx, const v1::CreateRoleRequest& request,
                            std::string_view id) override {
    const v1::Role role = RoleFrom(request, id);
    return idempotency::RunCreate<v1::Role>(ctx, database_, ids_, request,
                                            [&](db::Transaction& tx) -> StatusOr<v1::Role> {
                                              RETURN_IF_ERROR(CheckDomainOf(tx, role));
                                              RETURN_IF_ERROR(InsertRole(tx, role));
                                              return GetRole(tx, id);
                                            });
  }

  StatusOr<v1::Role> Get(const CallContext& ctx, std::string_view id) override {
    if (!PlausibleId(id)) return NotFound("role", id);
    return OneOf(Select(ctx, database_, "role_show", kSelectRole, {std::string(id)}), "role", id,
                 ReadRole);
  }

  StatusOr<std::vector<v1::Role>> List(const CallContext& ctx, const v1::ListRolesRequest& request,
                                       std::string_view after, int limit) override {
    if (!request.domain_id().empty() && !PlausibleId(request.domain_id())) {
      return std::vector<v1::Role>();
    }
    Conditions conditions;
    conditions.Add("r.scope = ? AND r.id > ?", {request.domain_id(), std::string(after)})
        .Match("r.name", request.name());
    return AllOf(
        SelectPage(ctx, database_, "role_list", "SELECT " TSTACK_ROLE_COLUMNS "FROM role r WHERE ",
                   conditions, "r.id", limit),
        ReadRole);
  }

  StatusOr<v1::Role> Update(const CallContext& ctx, std::string_view id,
                            const v1::RoleChanges& changes, const FieldMask& mask) override {
    v1::Role role;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Role before, Lock(tx, id));
          role = before;
          RETURN_IF_ERROR(ApplyChanges(changes, mask, &role));
          RETURN_IF_ERROR(WriteRole(tx, role));
          if (role.name() == before.name()) return absl::OkStatus();
          return auth::RecordChange(ctx, tx, v1::ROLE, id);
        }));
    return role;
  }

  Status Delete(const CallContext& ctx, std::string_view id) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(const v1::Role role, Lock(tx, id));
          if (role.options().immutable()) return Immutable("role", id);
          RETURN_IF_ERROR(
              tx.Execute("role_delete", "DELETE FROM role WHERE id = ?", {role.id()}).status());
          // A domain's role is in no token itself: nobody depends on it by name.
          return role.has_domain_id() ? auth::RecordChange(ctx, tx, v1::EVERYTHING, "")
                                      : auth::RecordChange(ctx, tx, v1::ROLE, id);
        });
  }

  StatusOr<Implication> AddImplication(const CallContext& ctx, std::string_view prior,
                                       std::string_view implied) override {
    Implication rule;
    RETURN_IF_ERROR(
        database_.RunTransaction(ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(GetRole(tx, prior).status());
          ASSIGN_OR_RETURN(const v1::Role role, GetRole(tx, implied));
          if (role.has_domain_id() || prior == implied) {
            return ResourceError(StatusCode::kPermissionDenied, "ROLE_CANNOT_BE_IMPLIED", "role",
                                 implied, "this role cannot be implied by that one");
          }
          RETURN_IF_ERROR(tx.Execute("implied_role_insert",
                                     "INSERT IGNORE INTO implied_role "
                                     "(prior_role_id, implied_role_id) VALUES (?, ?)",
                                     {std::string(prior), std::string(implied)})
                              .status());
          ASSIGN_OR_RETURN(rule, ReadImplication(tx, prior, implied));
          return auth::RecordChange(ctx, tx, v1::EVERYTHING, "");
        }));
    return rule;
  }

  StatusOr<Implication> GetImplication(const CallContext& ctx, std::string_view prior,
                                       std::string_view implied) override {
    Implication rule;
    RETURN_IF_ERROR(database_.Read(ctx, db::Freshness::kLocal, [&](db::Transaction& tx) -> Status {
      RETURN_IF_ERROR(GetRole(tx, prior).status());
      RETURN_IF_ERROR(GetRole(tx, implied).status());
      ASSIGN_OR_RETURN(rule, ReadImplication(tx, prior, implied));
      return absl::OkStatus();
    }));
    return rule;
  }

  Status RemoveImplication(const CallContext& ctx, std::string_view prior,
                           std::string_view implied) override {
    return database_.RunTransaction(
        ctx, ids_.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          RETURN_IF_ERROR(GetRole(tx, prior).status());
          RETURN_IF_ERROR(GetRole(tx, implied).status());
          ASSIGN_OR_RETURN(
              const int64_t rows,
              tx.Execute("implied_role_delete",
                         "DELETE FROM implied_role WHERE prior_role_id = ? AND implied_role_id = ?",
                         {std::string(prior), std::string(implied)}));
          if (rows == 0) return NoImplication(prior, implied);
          return auth::RecordChange(ctx, tx, v1::EVERYTHING, "");
        });
  }

  StatusOr<std::vector<Implication>> ListImplications(const CallContext& ctx,
                                                      std::string_view prior) override {
    std::vector<Implication> rules;
    RETURN_IF_ERROR(database_.ReadOne(ctx, [&](db::Transaction& tx) -> Status {
      ASSIGN_OR_RETURN(rules, ReadImplications(tx, prior, ""));
      return absl::OkStatus();
    }));
    return rules;
  }

 private:
  // See users: the second change of one role waits here, or is rerun when it commits.
  static StatusOr<v1::Role> Lock(db::Transaction& tx, std::string_view id) {
    if (!PlausibleId(id)) return NotFound("role", id);
    return OneOf(
        tx.Query("role_lock", "SELECT " TSTACK_ROLE_COLUMNS "FROM role r WHERE r.id = ? FOR UPDATE",
                 {std::string(id)}),
        "role", id, ReadRole);
  }

  db::Database& database_;
  IdSource& ids_;
};

}  // namespace

std::unique_ptr<RoleStore> MakeSqlRoleStore(db::Database& database, IdSource& ids) {
  return std::make_unique<SqlRoleStore>(database, ids);
}

}  // namespace tstack::identity::roles
