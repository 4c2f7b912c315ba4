// The habits in which OpenStack's services differ: error bodies, version documents, version
// headers, pagination and object links. One small class each under dialects/; the only place where
// nova is not neutron. Stateless and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/context/call_context.h"
#include "common/contract/exchange.h"
#include "common/contract/link_style.h"
#include "common/contract/query.h"
#include "common/http/http.h"
#include "common/status/status.h"

namespace tstack::contract {

// An error on its way to the client.
struct ErrorView {
  int http_status = 500;
  std::string message;  // safe to show
  std::string reason;   // stable word, may be empty
  std::string resource_type;
  int retry_after_seconds = 0;
};

// What is known when the links of a list are written; empty strings: no such link.
struct PageLinks {
  std::string self;   // this request
  std::string first;  // this request without its marker
  std::string next;
  std::string previous;
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string_view name() const = 0;

  // HTTP status of an error; the base table fits most.
  virtual int StatusOf(StatusCode code, std::string_view reason) const;
  // Fills body and Content-Type; may add headers. The status is set.
  virtual void WriteError(const Exchange& exchange, const ErrorView& error,
                          http::Response& response) const = 0;

  // The version the client asks for ("2.26", "latest", whatever it wrote); nullopt: nothing said.
  virtual std::optional<std::string> RequestedVersion(const http::Headers& headers,
                                                      std::string_view type) const;
  // The version is judged before the path (placement): a bad version wins over 404.
  virtual bool VersionBeforeRoute() const { return false; }
  // Echo and Vary; `version` is "2.26", or what was asked if that is out of range.
  virtual void AddVersionHeaders(const Exchange& exchange, std::string_view version,
                                 http::Headers& headers) const;
  // What every answer carries beside x-openstack-request-id.
  virtual void AddStandardHeaders(const Exchange& exchange, http::Headers& headers) const;

  // The version document at exchange.path, nullopt if the path is none. Asked before routes.
  virtual std::optional<http::Response> VersionDocument(const Exchange& exchange) const = 0;

  virtual LinkStyle link_style() const { return LinkStyle::kArray; }
  virtual FilterStyle filter_style() const { return FilterStyle::kPlain; }
  // What object and page links begin with; default: exchange.base_url.
  virtual std::string LinkBase(const Exchange& exchange) const;
  // The address of an object link: `path` is the link's template with its fields filled in,
  // "/v2.1/servers/x".
  virtual std::string Href(const Exchange& exchange, std::string_view rel, std::string path) const;
  // Members that close a list, as JSON text without a leading comma ( "servers_links":[…] ), or "".
  // `key` names the links: "servers_links", or what the route's links_key says.
  virtual std::string PageMembers(std::string_view key, const PageLinks& links) const = 0;
  // Every list has page members, paged or not (keystone).
  virtual bool AlwaysLinks() const { return false; }
  // A page can be asked for backwards and links both ways (neutron).
  virtual bool TwoWayPages() const { return false; }
  // limit=0 means the largest page; each sort_key needs its sort_dir.
  virtual bool ZeroLimitIsMax() const { return false; }
  virtual bool SortDirRequired() const { return false; }

  // A null in a request means the same as leaving the key out, wherever it is not required.
  virtual bool NullIsAbsent() const { return false; }
  // ?fields= also reduces single objects.
  virtual bool FieldsOnObjects() const { return false; }
  // Parameters that strict routes let pass all the same.
  virtual bool ToleratesQuery(std::string_view name) const;

  // Message of an action that no route has.
  virtual std::string UnknownAction(std::string_view action) const;
};

// By the name in (tstack.api.api).dialect; null if there is none.
const Dialect* FindDialect(std::string_view name);

}  // namespace tstack::contract
