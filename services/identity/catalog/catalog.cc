// The catalog as tokens show it.
#include <utility>

#include "services/identity/catalog/catalog_store.h"

namespace tstack::identity::catalog {
namespace {

// The name in "(name)s" at the beginning of `text`, and how long it is; nullopt if it is none.
std::optional<std::pair<std::string_view, size_t>> PlaceholderAt(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  const size_t end = text.find(")s");
  if (end == std::string_view::npos) return std::nullopt;
  return std::make_pair(text.substr(1, end - 1), end + 2);
}

Status ReadEndpoint(const db::Row& row, v1::CatalogService* service) {
  if (row.IsNull(3)) return absl::OkStatus();
  v1::CatalogEndpoint& endpoint = *service->add_endpoints();
  ASSIGN_OR_RETURN(*endpoint.mutable_id(), row.String(3));
  ASSIGN_OR_RETURN(*endpoint.mutable_interface(), row.String(4));
  if (!row.IsNull(5)) {
    endpoint.set_region_id(row.StringOr(5, ""));
    endpoint.set_region(endpoint.region_id());
  }
  ASSIGN_OR_RETURN(*endpoint.mutable_url(), row.String(6));
  return absl::OkStatus();
}

}  // namespace

std::optional<std::string> FillUrl(std::string_view url, const Substitutions& substitutions) {
  std::string filled;
  for (size_t i = 0; i < url.size();) {
    const char c = url[i];
    const auto placeholder = c == '$' || c == '%' ? PlaceholderAt(url.substr(i + 1)) : std::nullopt;
    if (placeholder.has_value()) {
      const auto value = substitutions.find(placeholder->first);
      if (value == substitutions.end()) return std::nullopt;
      filled.append(value->second);
      i += 1 + placeholder->second;
      continue;
    }
    if (c == '%') {
      // "%%" is one percent sign; anything else after it means nothing.
      if (url.substr(i, 2) != "%%") return std::nullopt;
      ++i;
    }
    filled.push_back(c);
    ++i;
  }
  return filled;
}

StatusOr<std::vector<v1::CatalogService>> ReadCatalog(db::Transaction& tx) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      tx.Query("catalog_read",
               "SELECT s.id, s.type, s.name, e.id, e.interface, e.region_id, e.url FROM service s "
               "LEFT JOIN endpoint e ON e.service_id = s.id AND e.enabled = 1 "
               "WHERE s.enabled = 1 ORDER BY s.id, e.id"));
  std::vector<v1::CatalogService> services;
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(const std::string id, row.String(0));
    if (services.empty() || services.back().id() != id) {
      v1::CatalogService& service = services.emplace_back();
      service.set_id(id);
      ASSIGN_OR_RETURN(*service.mutable_type(), row.String(1));
      ASSIGN_OR_RETURN(*service.mutable_name(), row.String(2));
    }
    RETURN_IF_ERROR(ReadEndpoint(row, &services.back()));
  }
  return services;
}

void FillCatalog(const std::vector<v1::CatalogService>& services, std::string_view project_id,
                 std::string_view user_id,
                 google::protobuf::RepeatedPtrField<v1::CatalogService>* filled) {
  Substitutions substitutions;
  if (!user_id.empty()) substitutions["user_id"] = user_id;
  if (!project_id.empty()) {
    substitutions["project_id"] = project_id;
    substitutions["tenant_id"] = project_id;
  }
  filled->Reserve(static_cast<int>(services.size()));
  for (const v1::CatalogService& service : services) {
    v1::CatalogService& copy = *filled->Add();
    copy.set_id(service.id());
    copy.set_type(service.type());
    copy.set_name(service.name());
    for (const v1::CatalogEndpoint& endpoint : service.endpoints()) {
      std::optional<std::string> url = FillUrl(endpoint.url(), substitutions);
      if (!url.has_value()) continue;
      v1::CatalogEndpoint& added = *copy.add_endpoints();
      added.set_id(endpoint.id());
      added.set_interface(endpoint.interface());
      if (endpoint.has_region_id()) added.set_region_id(endpoint.region_id());
      if (endpoint.has_region()) added.set_region(endpoint.region());
      added.set_url(*std::move(url));
    }
  }
}

}  // namespace tstack::identity::catalog
