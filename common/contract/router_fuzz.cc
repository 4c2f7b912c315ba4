// Paths, versions and Accept headers as the network sends them: no input may crash, hang, or get a
// verb that is not there.
#include <algorithm>
#include <cstdlib>

#include "common/contract/dialect.h"
#include "common/contract/dialects/accept.h"
#include "common/contract/path_template.h"
#include "common/contract/route_table.h"
#include "common/contract/trie.h"
#include "common/contract/version.h"

namespace tstack::contract {
namespace {

struct Lab {
  Lab() {
    const char* templates[] = {
        "/v2.1/servers/detail",      "/v2.1/servers/{id}", "/v2.1/{project_id}/servers/{id}",
        "/v2.1/servers/{id}/action", "/files/{path=**}",   "/networks/{id}.json"};
    for (const char* text : templates) {
      routes.emplace_back(std::make_unique<Route>());
      routes.back()->verb = "GET";
      trie->Add(*PathTemplate::Parse(text), routes.back().get(), 0);
    }
    api.trie = trie;
    api.type = "compute";
    api.min_version = {2, 1};
    api.max_version = {2, 100};
  }
  std::shared_ptr<Trie> trie = std::make_shared<Trie>();
  std::vector<std::unique_ptr<Route>> routes;
  RestApi api;
};

void Expect(bool holds) {
  if (!holds) std::abort();
}

void TryPath(const Lab& lab, std::string_view text) {
  const Match match = RouteTable::Find(lab.api, "GET", text);
  Expect(match.routes.size() == match.templates.size());
  for (const std::string& value : match.values) Expect(!value.empty());
  Expect(RouteTable::Find(lab.api, "POST", text).routes.empty());
  (void)PathTemplate::Parse(text);
}

void TryHeaders(Lab& lab, std::string_view text) {
  http::Request request;
  request.headers.Add("OpenStack-API-Version", text);
  request.headers.Add("X-OpenStack-Nova-API-Version", text);
  for (const char* name : {"nova", "placement", "cinder"}) {
    lab.api.dialect = FindDialect(name);
    Exchange exchange;
    exchange.api = &lab.api;
    exchange.request = &request;
    const Status status = NegotiateVersion(exchange);
    Expect(status.ok() == exchange.negotiated);
    Expect(exchange.version >= lab.api.min_version && exchange.version <= lab.api.max_version);
  }
  (void)ChoosePageForm(text);
}

}  // namespace
}  // namespace tstack::contract

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static tstack::contract::Lab lab;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  tstack::contract::TryPath(lab, text);
  tstack::contract::TryHeaders(lab, text);
  return 0;
}
