// Lists as streams: read from the store in pages, so that a slow client holds no connection and a
// long list no memory.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "common/context/call_context.h"
#include "common/rpc/handlers.h"
#include "common/status/status.h"

namespace tstack::identity {

inline constexpr int kPageSize = 500;

// Sends what `fetch` (StatusOr<std::vector<Item>>(after, limit), sorted by id) gives, from `marker`
// on. `limit` as the client wrote it, 0 = all; one item more is sent to show that there are more.
template <typename Item, typename Fetch>
Status SendPages(const CallContext& ctx, std::string marker, int limit, const Fetch& fetch,
                 const rpc::Sink<Item>& sink) {
  int64_t left = limit > 0 ? int64_t{limit} + 1 : INT64_MAX;
  while (left > 0) {
    if (ctx.stop.stop_requested()) return Error(StatusCode::kCancelled, "CANCELLED", "stopped");
    const int size = static_cast<int>(std::min<int64_t>(left, kPageSize));
    ASSIGN_OR_RETURN(const std::vector<Item> items, fetch(marker, size));
    for (const Item& item : items) RETURN_IF_ERROR(sink(item));
    if (items.size() < static_cast<size_t>(size)) break;
    marker = items.back().id();
    left -= size;
  }
  return absl::OkStatus();
}

}  // namespace tstack::identity
