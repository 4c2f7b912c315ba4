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

// What is known when the links of a list are written.
struct PageLinks {
  std::string self;      // absolute URL of this request
  std::string first;     // this request without its marker; both relative where the dialect says so
  std::string next;      // empty: no next page
  std::string previous;  // empty: none
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
  // What object and page links begin with; default: exchange.base_url.
  virtual std::string LinkBase(const Exchange& exchange) const;
  // Members that close a list, as JSON text with a leading comma ( ,"servers_links":[…] ), or "".
  virtual std::string PageMembers(const Exchange& exchange, std::string_view key,
                                  const PageLinks& links) const = 0;
};

// By the name in (tstack.api.api).dialect; null if there is none.
const Dialect* FindDialect(std::string_view name);

}  // namespace tstack::contract
