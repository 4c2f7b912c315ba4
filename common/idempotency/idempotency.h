// "Idempotency-Key": a create that a client repeats is done once and answered the same.
//
// The key's row is inserted in the transaction of the create itself, so both are there or none. The
// stored answer is sealed under a key derived from the client's key and the scope (user, project,
// rpc): without the client's key nobody can read it, and of the key itself only a hash is kept. The
// hash of the request is keyed the same way: what a request holds (a new user's password) cannot be
// guessed from it. A failed create leaves no row.
#pragma once

#include <functional>
#include <string>

#include "google/protobuf/message.h"

#include "common/context/call_context.h"
#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/status/status.h"
#include "common/time/clock.h"

namespace tstack::idempotency {

inline constexpr absl::Duration kLifetime = absl::Hours(24);
inline constexpr size_t kMaxKeyLength = 255;

// Fills the response inside the transaction; runs again when the transaction does.
using CreateBody = std::function<Status(db::Transaction&, google::protobuf::Message& response)>;

// RunCreate without the type.
Status RunCreateInto(const CallContext& ctx, db::Database& database, IdSource& ids, Clock& clock,
                     const google::protobuf::Message& request, const CreateBody& body,
                     google::protobuf::Message& response);

// Runs `body` (StatusOr<Response>(db::Transaction&)) in one transaction of `database` and returns
// its response, also when only the answer of COMMIT was lost. Ids used by `body` are drawn before
// the call.
//
// With ctx.request.idempotency_key and a user: the first call under (user, project, ctx.rpc_method,
// key) runs `body`; a repeat with an equal request within 24 h, even one that races with the first,
// gets the first one's response and `body` is not run. A repeat with another request is
// kInvalidArgument, reason IDEMPOTENCY_MISMATCH. A key longer than 255 bytes is kInvalidArgument,
// reason IDEMPOTENCY_KEY_INVALID. Without a key (or without a user): a plain transaction.
template <typename Response, typename Body>
StatusOr<Response> RunCreate(const CallContext& ctx, db::Database& database, IdSource& ids,
                             const google::protobuf::Message& request, const Body& body,
                             Clock& clock = RealClock()) {
  Response response;
  RETURN_IF_ERROR(RunCreateInto(
      ctx, database, ids, clock, request,
      [&body](db::Transaction& tx, google::protobuf::Message& out) -> Status {
        ASSIGN_OR_RETURN(static_cast<Response&>(out), body(tx));
        return absl::OkStatus();
      },
      response));
  return response;
}

// Deletes expired keys in batches; returns how many.
StatusOr<int64_t> Purge(const CallContext& ctx, db::Database& database, IdSource& ids,
                        Clock& clock = RealClock());

}  // namespace tstack::idempotency
