#include "services/identity/auth/cached_directory.h"

#include <algorithm>
#include <utility>

#include "services/identity/auth/dependencies.h"
#include "services/identity/auth/validity.h"

namespace tstack::identity::auth {
namespace {

// The parts may hold anything that a client sent: each is told with its length.
std::string KeyOf(const BearerQuery& query) {
  const ScopeRequest& scope = query.scope;
  std::string key(1, static_cast<char>('0' + static_cast<int>(scope.kind)));
  for (const std::string* part :
       {&query.user_id, &query.audit_id, &query.chain_id, &scope.project.id, &scope.project.name,
        &scope.project.domain.id, &scope.project.domain.name, &scope.domain.id,
        &scope.domain.name}) {
    key.append(std::to_string(part->size())).push_back(':');
    key.append(*part);
  }
  return key;
}

bool LetsSomebodyIn(const Bearer& bearer) { return !bearer.revoked && CheckBearer(bearer).ok(); }

const std::vector<changes::Subject>& CatalogSubjects() {
  static const auto* const kSubjects =
      new std::vector<changes::Subject>{SubjectOf(v1::CATALOG, "")};
  return *kSubjects;
}

}  // namespace

void CachedDirectory::Apply(const Look& look) {
  absl::MutexLock lock(&mutex_);
  const int64_t before = tracker_.generation();
  tracker_.Apply(look);
  if (tracker_.generation() == before) return;
  entries_.clear();
  order_.clear();
  catalog_ = nullptr;
}

void CachedDirectory::ApplyOwn(const common::v1::AuthChanges& changes) {
  absl::MutexLock lock(&mutex_);
  tracker_.ApplyOwn(changes);
}

bool CachedDirectory::Usable(const CallContext& ctx) {
  if (look_again_ && tracker_.Behind(ctx.request.min_auth_seq)) look_again_();
  return tracker_.Usable(ctx.request.min_auth_seq);
}

StatusOr<std::optional<Bearer>> CachedDirectory::Load(const CallContext& ctx,
                                                      const BearerQuery& query) {
  if (query.fresh) return source_.Load(ctx, query);
  const std::string key = KeyOf(query);
  std::shared_ptr<const Bearer> known;
  int64_t true_at = 0;
  int64_t generation = 0;
  {
    absl::MutexLock lock(&mutex_);
    known = Find(ctx, key, true_at);
    generation = tracker_.generation();
  }
  if (known != nullptr) {
    std::optional<Bearer> bearer(*known);
    bearer->auth_seq = true_at;
    return bearer;
  }
  ASSIGN_OR_RETURN(std::optional<Bearer> bearer, source_.Load(ctx, query));
  if (bearer && LetsSomebodyIn(*bearer)) Keep(query, key, *bearer, generation);
  return bearer;
}

std::shared_ptr<const Bearer> CachedDirectory::Find(const CallContext& ctx, const std::string& key,
                                                    int64_t& true_at) {
  if (!Usable(ctx)) return nullptr;
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const Order::iterator entry = found->second;
  if (!tracker_.StillTrue(entry->depends_on, entry->true_at)) {
    Erase(entry);
    return nullptr;
  }
  // Checked against all that is known: changes up to here need not be looked at again.
  true_at = entry->true_at = std::max(entry->true_at, tracker_.applied());
  order_.splice(order_.begin(), order_, entry);
  return entry->bearer;
}

bool CachedDirectory::MayKeep(int64_t generation) const {
  return !options_.refuse_reads_of_other_past || generation == tracker_.generation();
}

void CachedDirectory::Keep(const BearerQuery& query, const std::string& key, const Bearer& bearer,
                           int64_t generation) {
  Entry entry;
  entry.key = key;
  entry.bearer = std::make_shared<const Bearer>(bearer);
  for (const v1::Dependency& dependency : DependenciesOf(bearer, {query.audit_id, query.chain_id}))
    entry.depends_on.push_back(SubjectOf(dependency.kind(), dependency.id()));
  absl::MutexLock lock(&mutex_);
  if (!MayKeep(generation)) return;
  // It may be ahead of what was looked at; changes on the way to it are checked all the same.
  entry.true_at = std::min(bearer.auth_seq, tracker_.applied());
  if (!tracker_.StillTrue(entry.depends_on, entry.true_at)) return;
  if (const auto old = entries_.find(key); old != entries_.end()) Erase(old->second);
  order_.push_front(std::move(entry));
  entries_[order_.front().key] = order_.begin();
  while (entries_.size() > options_.capacity) Erase(std::prev(order_.end()));
}

void CachedDirectory::Erase(Order::iterator entry) {
  entries_.erase(entry->key);
  order_.erase(entry);
}

StatusOr<SharedCatalog> CachedDirectory::Catalog(const CallContext& ctx) {
  int64_t generation = 0;
  {
    absl::MutexLock lock(&mutex_);
    if (Usable(ctx) && catalog_ != nullptr &&
        tracker_.StillTrue(CatalogSubjects(), catalog_true_at_)) {
      catalog_true_at_ = std::max(catalog_true_at_, tracker_.applied());
      return catalog_;
    }
    generation = tracker_.generation();
  }
  ASSIGN_OR_RETURN(SharedCatalog read, source_.Catalog(ctx));
  absl::MutexLock lock(&mutex_);
  if (!MayKeep(generation)) return read;
  catalog_ = read;
  catalog_true_at_ = std::min(read->auth_seq, tracker_.applied());
  return read;
}

size_t CachedDirectory::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace tstack::identity::auth
