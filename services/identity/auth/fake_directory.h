// A Directory in memory. For tests.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "common/time/clock.h"
#include "services/identity/auth/directory.h"
#include "services/identity/auth/user_options.h"

namespace tstack::identity::auth {

// Thread-safe as long as the rows, which are public for setting up, are not touched meanwhile.
class FakeDirectory final : public Directory {
 public:
  struct Domain {
    std::string name;
    bool enabled = true;
    std::optional<absl::Time> invalid_before = std::nullopt;
  };
  struct User {
    std::string name;
    std::string domain_id = "default";
    bool enabled = true;
    std::string hash;
    std::string default_project_id;
    std::optional<absl::Time> password_expires_at;
    std::optional<absl::Time> invalid_before;
    int failed_count = 0;
    absl::Time last_failed_at = absl::InfinitePast();
    v1::UserOptions options;
  };
  struct Project {
    std::string name;
    std::string domain_id = "default";
    bool enabled = true;
    std::optional<absl::Time> invalid_before = std::nullopt;
  };
  using RoleNames = std::set<std::string>;

  FakeDirectory(const Clock& clock, const LockoutRules& lockout)
      : clock_(clock), lockout_(lockout) {}

  std::map<std::string, Domain> domains{{"default", {"Default", true}}};
  std::map<std::string, User> users;
  std::map<std::string, Project> projects;
  std::map<std::pair<std::string, std::string>, RoleNames>
      grants;  // (user, scope id) -> roles; scope "all" = system
  std::vector<v1::CatalogService> catalog;
  std::set<std::pair<std::string, bool>> revoked;  // (audit id, chain)
  int64_t auth_seq = 1;
  int failures_written = 0;  // RecordFailure calls, with or without effect
  bool down = false;         // as an unreachable database

  StatusOr<std::optional<Account>> FindAccount(const CallContext&, const OwnedRef& ref) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    for (const auto& [id, user] : users) {
      const bool same =
          ref.name.empty() ? ref.id == id : ref.name == user.name && Is(ref.domain, user.domain_id);
      if (same) return std::optional<Account>(MakeAccount(id, user));
    }
    return std::optional<Account>();
  }

  StatusOr<std::optional<Bearer>> Load(const CallContext&, const BearerQuery& query) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    const auto found = users.find(query.user_id);
    if (found == users.end()) return std::optional<Bearer>();
    Bearer bearer = MakeBearer(query.user_id, found->second);
    bearer.revoked =
        revoked.contains({query.audit_id, false}) || revoked.contains({query.chain_id, true});
    NoteInvalidation(domains[bearer.user_domain.id].invalid_before, bearer);
    FillScope(query.scope, bearer);
    for (const std::string& role : grants[{query.user_id, bearer.scope.id}]) {
      bearer.roles.emplace_back().set_name(role);
      bearer.roles.back().set_id("role-" + role);
    }
    return std::optional<Bearer>(std::move(bearer));
  }

  StatusOr<SharedCatalog> Catalog(const CallContext&) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    return std::make_shared<const CatalogSnapshot>(CatalogSnapshot{auth_seq, catalog});
  }

  Status RecordFailure(const CallContext&, std::string_view user_id) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    ++failures_written;
    const auto found = users.find(std::string(user_id));
    if (found == users.end()) return absl::OkStatus();
    User& user = found->second;
    if (Locked(user)) return absl::OkStatus();
    user.failed_count = user.failed_count >= lockout_.failures ? 1 : user.failed_count + 1;
    user.last_failed_at = clock_.Now();
    return absl::OkStatus();
  }

  StatusOr<bool> ClearFailures(const CallContext&, std::string_view user_id) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    User& user = users.at(std::string(user_id));
    if (Locked(user)) return false;
    user.failed_count = 0;
    return true;
  }

  Status ReplaceHash(const CallContext&, std::string_view user_id, std::string_view expected,
                     std::string_view hash) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    User& user = users.at(std::string(user_id));
    if (user.hash == expected) user.hash = std::string(hash);
    return absl::OkStatus();
  }

  Status RevokeToken(const CallContext&, std::string_view audit_id, bool chain,
                     absl::Time) override {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(CheckUp());
    revoked.emplace(audit_id, chain);
    ++auth_seq;
    return absl::OkStatus();
  }

 private:
  Status CheckUp() const {
    return down ? Error(StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "down")
                : absl::OkStatus();
  }
  bool Is(const DomainRef& ref, const std::string& domain_id) const {
    if (ref.name.empty()) return ref.id == domain_id;
    const auto found = domains.find(domain_id);
    return found != domains.end() && found->second.name == ref.name;
  }
  NamedDomain DomainOf(const std::string& id) const {
    const auto found = domains.find(id);
    return found == domains.end() ? NamedDomain{}
                                  : NamedDomain{id, found->second.name, found->second.enabled};
  }
  Account MakeAccount(const std::string& id, const User& user) const {
    Account account;
    account.user_id = id;
    account.enabled = user.enabled && DomainOf(user.domain_id).enabled;
    account.hash = user.hash;
    account.password_expired =
        user.password_expires_at && *user.password_expires_at <= clock_.Now();
    account.failed_count = user.failed_count;
    account.locked = Locked(user);
    account.invalid_before = user.invalid_before;
    ApplyOptions(user.options, account);
    return account;
  }
  bool Locked(const User& user) const {
    return lockout_.failures > 0 && user.failed_count >= lockout_.failures &&
           user.last_failed_at > clock_.Now() - lockout_.duration;
  }
  Bearer MakeBearer(const std::string& id, const User& user) const {
    Bearer bearer;
    bearer.auth_seq = auth_seq;
    bearer.user_id = id;
    bearer.user_name = user.name;
    bearer.user_enabled = user.enabled;
    bearer.user_domain = DomainOf(user.domain_id);
    bearer.default_project_id = user.default_project_id;
    bearer.password_expires_at = user.password_expires_at;
    bearer.invalid_before = user.invalid_before;
    bearer.user_options = user.options;
    return bearer;
  }
  static void NoteInvalidation(const std::optional<absl::Time>& time, Bearer& bearer) {
    bearer.scope_invalid_before = std::max(bearer.scope_invalid_before, time);
  }
  void FillScope(const ScopeRequest& request, Bearer& bearer) const {
    using Kind = ScopeRequest::Kind;
    if (request.kind == Kind::kSystem) bearer.scope = {tokens::Scope::Kind::kSystem, "all"};
    if (request.kind == Kind::kProject) FillProject(request.project, bearer);
    if (request.kind == Kind::kDomain) FillDomain(request.domain, bearer);
  }
  void FillProject(const OwnedRef& ref, Bearer& bearer) const {
    bearer.scope = {tokens::Scope::Kind::kProject, ref.id};
    bearer.scope_found = false;
    for (const auto& [id, project] : projects) {
      if (ref.name.empty() ? ref.id != id
                           : ref.name != project.name || !Is(ref.domain, project.domain_id))
        continue;
      bearer.scope.id = id;
      bearer.scope_found = true;
      bearer.scope_name = project.name;
      bearer.scope_enabled = project.enabled;
      bearer.scope_domain = DomainOf(project.domain_id);
      NoteInvalidation(project.invalid_before, bearer);
      const auto owner = domains.find(project.domain_id);
      if (owner != domains.end()) NoteInvalidation(owner->second.invalid_before, bearer);
    }
  }
  void FillDomain(const DomainRef& ref, Bearer& bearer) const {
    bearer.scope = {tokens::Scope::Kind::kDomain, ref.id};
    bearer.scope_found = false;
    for (const auto& [id, domain] : domains) {
      if (!Is(ref, id)) continue;
      bearer.scope.id = id;
      bearer.scope_found = true;
      bearer.scope_name = domain.name;
      bearer.scope_enabled = domain.enabled;
      NoteInvalidation(domain.invalid_before, bearer);
    }
  }

  const Clock& clock_;
  const LockoutRules lockout_;
  absl::Mutex mutex_;
};

}  // namespace tstack::identity::auth
