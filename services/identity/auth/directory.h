// What authentication reads and writes: users, what they may reach, revocations, failures.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/context/call_context.h"
#include "common/status/status.h"
#include "services/identity/auth/login_request.h"
#include "services/identity/tokens/payload.h"
#include "tstack/identity/v1/tokens.pb.h"
#include "tstack/identity/v1/users.pb.h"

namespace tstack::identity::auth {

// What deciding on a password needs.
struct Account {
  std::string user_id;
  bool enabled = false;  // the user and its domain
  std::string hash;      // "" without a password
  bool password_expired = false;
  int failed_count = 0;
  bool locked = false;   // too many failures lately
  bool lockable = true;  // false: an option of the user says so; failures do not count
  // As in Bearer: a change between two reads means that the proof is older than the change.
  std::optional<absl::Time> invalid_before;
};

struct NamedDomain {
  std::string id;
  std::string name;
  bool enabled = false;
};

// Everything that a token of this user with this scope depends on, read in one snapshot.
struct Bearer {
  int64_t auth_seq = 0;

  std::string user_id;
  std::string user_name;
  bool user_enabled = false;
  NamedDomain user_domain;
  std::string default_project_id;  // "" = none
  std::optional<absl::Time> password_expires_at;
  v1::UserOptions user_options;
  // Tokens issued at or before this are dead.
  std::optional<absl::Time> invalid_before;
  // The same for tokens with this scope, whoever's: the user's domain, the project or domain of the
  // scope, or the project's domain was disabled then. Enabling it does not bring tokens back.
  std::optional<absl::Time> scope_invalid_before;
  bool revoked = false;  // one of the audit ids that were asked for

  tokens::Scope scope;               // ids resolved; kind as asked
  bool scope_found = true;           // false: no such project or domain
  std::string scope_name;            // of the project or domain
  bool scope_enabled = true;         // the project or domain itself
  NamedDomain scope_domain;          // of a project
  std::vector<v1::TokenRole> roles;  // implied ones included, by name
};

struct BearerQuery {
  std::string user_id;
  ScopeRequest scope;  // not kDefault
  // Of the token, for its revocation; "" when a new one is about to be made.
  std::string audit_id;
  std::string chain_id;
  // Not from a cache: for whoever has just proved a password.
  bool fresh = false;
};

// The catalog as it is stored, URLs not yet filled in.
struct CatalogSnapshot {
  int64_t auth_seq = 0;
  std::vector<v1::CatalogService> services;
};
using SharedCatalog = std::shared_ptr<const CatalogSnapshot>;

// Rules of lockout; failures = 0: never.
struct LockoutRules {
  int failures = 0;
  absl::Duration duration = absl::Minutes(30);
};

// Thread-safe. Reads come from a fresh snapshot, or from an earlier one that is known to be still
// true (cached_directory.h); kUnavailable if the database cannot be reached.
class Directory {
 public:
  virtual ~Directory() = default;

  // nullopt: no such user (or domain).
  virtual StatusOr<std::optional<Account>> FindAccount(const CallContext& ctx,
                                                       const OwnedRef& user) = 0;
  // nullopt: no such user.
  virtual StatusOr<std::optional<Bearer>> Load(const CallContext& ctx,
                                               const BearerQuery& query) = 0;
  virtual StatusOr<SharedCatalog> Catalog(const CallContext& ctx) = 0;

  // One more wrong password; the first after a lock that has passed counts as one. An unknown or
  // empty user_id, and a locked account, cost the same and nothing changes.
  virtual Status RecordFailure(const CallContext& ctx, std::string_view user_id) = 0;
  // False, and nothing changes, if the account is locked (or has no password) by now.
  virtual StatusOr<bool> ClearFailures(const CallContext& ctx, std::string_view user_id) = 0;
  // The same password under another hash; nothing happens if the stored one is not `expected` any
  // more.
  virtual Status ReplaceHash(const CallContext& ctx, std::string_view user_id,
                             std::string_view expected, std::string_view hash) = 0;
  // Kills the token with this audit id, and all that descend from it if `chain`. Idempotent.
  // `until`: when the tokens have expired for everybody and the note may be purged.
  virtual Status RevokeToken(const CallContext& ctx, std::string_view audit_id, bool chain,
                             absl::Time until) = 0;
};

}  // namespace tstack::identity::auth
