#include "common/contract/dialect.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/contract/dialects/dialects.h"
#include "common/contract/error_status.h"

namespace tstack::contract {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The version in one "type version" entry; nullopt if the entry is about another service.
std::optional<std::string> VersionFor(std::string_view entry, std::string_view type) {
  entry = Trim(entry);
  const size_t space = entry.find_first_of(" \t");
  if (entry.substr(0, space) != type) return std::nullopt;
  if (space == std::string_view::npos) return std::string();  // the type alone: malformed
  return std::string(Trim(entry.substr(space)));
}

}  // namespace

const Dialect& Exchange::dialect() const {
  static const Dialect* const kPlain = FindDialect("plain");
  return api == nullptr ? *kPlain : *api->dialect;
}

int Dialect::StatusOf(StatusCode code, std::string_view reason) const {
  return CommonHttpStatus(code, reason);
}

std::optional<std::string> Dialect::RequestedVersion(const http::Headers& headers,
                                                     std::string_view type) const {
  for (std::string_view value : headers.FindAll("OpenStack-API-Version")) {
    while (!value.empty()) {
      const size_t comma = value.find(',');
      if (auto version = VersionFor(value.substr(0, comma), type)) return version;
      if (comma == std::string_view::npos) break;
      value.remove_prefix(comma + 1);
    }
  }
  return std::nullopt;
}

void Dialect::AddVersionHeaders(const Exchange& exchange, std::string_view version,
                                http::Headers& headers) const {
  headers.Add("OpenStack-API-Version", exchange.api->type + " " + std::string(version));
  headers.Add("Vary", "OpenStack-API-Version");
}

void Dialect::AddStandardHeaders(const Exchange&, http::Headers&) const {}

std::string Dialect::LinkBase(const Exchange& exchange) const { return exchange.base_url; }

std::string Dialect::Href(const Exchange& exchange, std::string_view, std::string path) const {
  return LinkBase(exchange) + path;
}

bool Dialect::ToleratesQuery(std::string_view) const { return false; }

std::string Dialect::UnknownAction(std::string_view action) const {
  return "There is no such action: " + std::string(action);
}

const Dialect* FindDialect(std::string_view name) {
  static const Dialect* const kAll[] = {Keystone(), Nova(),      Glance(), Cinder(),
                                        Neutron(),  Placement(), Plain()};
  for (const Dialect* dialect : kAll) {
    if (dialect->name() == name) return dialect;
  }
  return nullptr;
}

}  // namespace tstack::contract
