#include "services/identity/projects/project_place.h"

#include <map>

#include "services/identity/projects/project_store.h"
#include "services/identity/resources/lookup.h"

namespace tstack::identity::projects {
namespace {

// What a new project asks of its domain and its parent.
struct Place {
  bool is_domain = false;
  bool enabled = false;
  std::string domain_id;  // a domain's own id
  int depth = 0;
};

StatusOr<std::map<std::string, Place>> ReadPlaces(db::Transaction& tx, const std::string& domain_id,
                                                  const std::string& parent_id) {
  // Locking: an idempotency key may have fixed the transaction's snapshot before the parent was
  // claimed.
  ASSIGN_OR_RETURN(const db::Rows rows,
                   tx.Query("project_places",
                            "SELECT id, is_domain, enabled, COALESCE(domain_id, id), depth "
                            "FROM project WHERE id IN (?, ?) LOCK IN SHARE MODE",
                            {domain_id, parent_id}));
  std::map<std::string, Place> places;
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(const std::string id, row.String(0));
    Place& place = places[id];
    ASSIGN_OR_RETURN(place.is_domain, row.Bool(1));
    ASSIGN_OR_RETURN(place.enabled, row.Bool(2));
    ASSIGN_OR_RETURN(place.domain_id, row.String(3));
    ASSIGN_OR_RETURN(const int64_t depth, row.Int(4));
    place.depth = static_cast<int>(depth);
  }
  return places;
}

}  // namespace

Status ClaimParent(db::Transaction& tx, std::string_view parent_id, std::string_view domain_id) {
  if (parent_id == domain_id) return absl::OkStatus();
  return tx
      .Execute("project_claim", "UPDATE project SET generation = generation + 1 WHERE id = ?",
               {std::string(parent_id)})
      .status();
}

StatusOr<int> CheckPlace(db::Transaction& tx, const std::string& domain_id,
                         const std::string& parent_id) {
  ASSIGN_OR_RETURN(const auto places, ReadPlaces(tx, domain_id, parent_id));
  const auto domain = places.find(domain_id);
  if (domain == places.end() || !domain->second.is_domain) return Unknown("domain", domain_id);
  const auto parent = places.find(parent_id);
  if (parent == places.end()) return Unknown("project", parent_id);
  if (parent->second.domain_id != domain_id) {
    return FieldError("project.parent_id", "the parent is in another domain than the project");
  }
  // A disabled project has no enabled ones below it, so the parent speaks for all above it.
  if (!parent->second.enabled || !domain->second.enabled) {
    return FieldError("project.parent_id", "the branch contains a disabled project");
  }
  if (parent->second.depth >= kMaxDepth) {
    return ResourceError(StatusCode::kPermissionDenied, "PROJECT_TOO_DEEP", "project", parent_id,
                         "the hierarchy of projects would exceed its maximum depth");
  }
  return parent->second.depth + 1;
}

}  // namespace tstack::identity::projects
