#include "common/contract/pagination.h"

#include "common/contract/dialect.h"
#include "common/contract/route_plan.h"
#include "common/contract/url.h"

namespace tstack::contract {
namespace {

std::string Join(const std::string& url, const std::string& query) {
  return query.empty() ? url : url + "?" + query;
}

// This request without a place in the list.
std::string BareQuery(const Exchange& exchange) {
  return WithoutParameter(WithoutParameter(exchange.query, "marker"), "page_reverse");
}

}  // namespace

std::string PageMembersOf(const Exchange& exchange, const RpcCall& call, const PageEnds& ends) {
  const Dialect& dialect = exchange.dialect();
  const ListPlan& list = *call.route->plan->list;
  if (exchange.version < list.links_since) return "";
  if (!list.paged && !dialect.AlwaysLinks()) return "";

  const std::string url = dialect.LinkBase(exchange) + exchange.path;
  const std::string bare = BareQuery(exchange);
  PageLinks links;
  links.self = Join(url, exchange.query);
  links.first = Join(url, bare);
  const bool both_ways =
      dialect.TwoWayPages() && list.reverse_field != nullptr && call.page.limit_given;
  const bool forward = ends.has_more || (both_ways && call.page.reverse);
  const bool backward = both_ways && (!call.page.reverse || ends.has_more);
  if (forward && !ends.last_marker.empty()) {
    links.next = Join(url, WithParameter(bare, "marker", ends.last_marker));
  }
  if (backward && !ends.first_marker.empty()) {
    const std::string query = WithParameter(bare, "marker", ends.first_marker);
    links.previous = Join(url, WithParameter(query, "page_reverse", "True"));
  }
  return dialect.PageMembers(list.links_key, links);
}

}  // namespace tstack::contract
