#include "common/idempotency/idempotency.h"

#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "common/crypto/crypto.h"

namespace tstack::idempotency {
namespace {

constexpr size_t kKeySize = 32;

// Equal messages give equal bytes, map fields included.
std::string Canonical(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&output);
  }
  return bytes;
}

// Parts behind their lengths: no two lists of parts give the same text.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) {
    joined += std::to_string(part.size()) + ":";
    joined += part;
  }
  return joined;
}

// What one key means, and to whom. Everything stored is derived from it; it is never stored.
struct Key {
  std::string scope_hash;
  std::string key_hash;
  std::string request_hash;
  std::string seal_key;

  static Key Make(const CallContext& ctx, const google::protobuf::Message& request) {
    const common::v1::AuthContext& auth = ctx.request.auth;
    const std::string scope = Joined(
        {auth.user_id(), auth.project_id(), auth.domain_id(), auth.system(), ctx.rpc_method});
    Key key;
    key.scope_hash = crypto::Sha256(scope);
    key.key_hash = crypto::HmacSha256(ctx.request.idempotency_key, Joined({"look-up", scope}));
    const auto derive = [&](std::string_view purpose) {
      return crypto::HkdfSha256(ctx.request.idempotency_key, key.scope_hash, purpose, kKeySize);
    };
    // Keyed: requests hold passwords, which could be guessed from a plain hash at leisure.
    key.request_hash =
        crypto::HmacSha256(derive("request"), Joined({request.GetTypeName(), Canonical(request)}));
    key.seal_key = derive("answer");
    return key;
  }
  // Binds an answer to its row: answers cannot be swapped between rows.
  std::string Associated() const { return scope_hash + key_hash + request_hash; }
};

Status Mismatch() {
  return Error(StatusCode::kInvalidArgument, "IDEMPOTENCY_MISMATCH",
               "this Idempotency-Key was used for another request");
}

// One RunCreate. The body of its transaction may run several times.
class Create {
 public:
  Create(IdSource& ids, Clock& clock, const CreateBody& body, google::protobuf::Message& response)
      : ids_(ids), clock_(clock), body_(body), response_(response) {}

  // Without a key.
  Status Plain(db::Transaction& tx, std::string& bytes) { return Fill(tx, bytes); }

  // With a key: claims its row first, which makes a racing repeat wait for this transaction's end.
  Status Keyed(db::Transaction& tx, const Key& key, std::string& bytes) {
    ASSIGN_OR_RETURN(const bool claimed, Claim(tx, key));
    if (!claimed) return Replay(tx, key, bytes);
    RETURN_IF_ERROR(Fill(tx, bytes));
    ASSIGN_OR_RETURN(std::string sealed, crypto::Seal(key.seal_key, bytes, key.Associated(), ids_));
    return tx
        .Execute("idempotency_answer",
                 "UPDATE idempotency SET answer = ? WHERE scope_hash = ? AND key_hash = ?",
                 {std::move(sealed), key.scope_hash, key.key_hash})
        .status();
  }

 private:
  Status Fill(db::Transaction& tx, std::string& bytes) {
    response_.Clear();
    RETURN_IF_ERROR(body_(tx, response_));
    bytes = Canonical(response_);
    return absl::OkStatus();
  }

  // True: the key is ours, the create must run. False: a row of before answers.
  StatusOr<bool> Claim(db::Transaction& tx, const Key& key) {
    const absl::Time now = clock_.Now();
    const Status inserted =
        tx.Execute("idempotency_insert",
                   "INSERT INTO idempotency (scope_hash, key_hash, request_hash, answer, "
                   "expires_at) VALUES (?, ?, ?, '', ?)",
                   {key.scope_hash, key.key_hash, key.request_hash, now + kLifetime})
            .status();
    if (inserted.ok()) return true;
    if (!absl::IsAlreadyExists(inserted)) return inserted;
    ASSIGN_OR_RETURN(
        const int64_t replaced,
        tx.Execute("idempotency_replace",
                   "UPDATE idempotency SET request_hash = ?, answer = '', expires_at = ? "
                   "WHERE scope_hash = ? AND key_hash = ? AND expires_at <= ?",
                   {key.request_hash, now + kLifetime, key.scope_hash, key.key_hash, now}));
    return replaced == 1;
  }

  Status Replay(db::Transaction& tx, const Key& key, std::string& bytes) {
    ASSIGN_OR_RETURN(const db::Rows rows, tx.Query("idempotency_get",
                                                   "SELECT request_hash, answer FROM idempotency "
                                                   "WHERE scope_hash = ? AND key_hash = ?",
                                                   {key.scope_hash, key.key_hash}));
    // Purged between the two statements: the client's next try runs the create.
    if (rows.empty())
      return Error(StatusCode::kUnavailable, "IDEMPOTENCY_RACE",
                   "the key has just expired; try again");
    ASSIGN_OR_RETURN(const std::string request_hash, rows[0].String(0));
    if (request_hash != key.request_hash) return Mismatch();
    ASSIGN_OR_RETURN(const std::string sealed, rows[0].String(1));
    const StatusOr<std::string> opened = crypto::Open(key.seal_key, sealed, key.Associated());
    if (!opened.ok())
      return Error(StatusCode::kInternal, "STORED_DATA", "a stored answer cannot be opened");
    bytes = *opened;
    return absl::OkStatus();
  }

  IdSource& ids_;
  Clock& clock_;
  const CreateBody& body_;
  google::protobuf::Message& response_;
};

}  // namespace

Status RunCreateInto(const CallContext& ctx, db::Database& database, IdSource& ids, Clock& clock,
                     const google::protobuf::Message& request, const CreateBody& body,
                     google::protobuf::Message& response) {
  const bool keyed = !ctx.request.idempotency_key.empty() && !ctx.request.auth.user_id().empty();
  if (keyed && ctx.request.idempotency_key.size() > kMaxKeyLength) {
    return Error(StatusCode::kInvalidArgument, "IDEMPOTENCY_KEY_INVALID",
                 "an Idempotency-Key has at most 255 bytes");
  }
  const Key key = keyed ? Key::Make(ctx, request) : Key{};
  // The result kept in `txn` outlives the call, so it is sealed too: under a key that only this
  // call knows.
  const std::string call_key = ids.RandomBytes(kKeySize);
  Create create(ids, clock, body, response);
  std::string result;
  RETURN_IF_ERROR(database.RunTransaction(
      ctx, ids.TimeOrderedUuid(),
      [&](db::Transaction& tx) -> Status {
        std::string bytes;
        RETURN_IF_ERROR(keyed ? create.Keyed(tx, key, bytes) : create.Plain(tx, bytes));
        ASSIGN_OR_RETURN(result, crypto::Seal(call_key, bytes, "", ids));
        return absl::OkStatus();
      },
      &result));
  ASSIGN_OR_RETURN(const std::string bytes, crypto::Open(call_key, result, ""));
  if (response.ParseFromString(bytes)) return absl::OkStatus();
  return Error(StatusCode::kInternal, "STORED_DATA", "a stored answer cannot be read");
}

StatusOr<int64_t> Purge(const CallContext& ctx, db::Database& database, IdSource& ids,
                        Clock& clock) {
  constexpr int64_t kBatch = 1000;
  int64_t total = 0, deleted = kBatch;
  while (deleted == kBatch) {
    RETURN_IF_ERROR(
        database.RunTransaction(ctx, ids.TimeOrderedUuid(), [&](db::Transaction& tx) -> Status {
          ASSIGN_OR_RETURN(deleted,
                           tx.Execute("idempotency_purge",
                                      "DELETE FROM idempotency WHERE expires_at <= ? LIMIT 1000",
                                      {clock.Now()}));
          return absl::OkStatus();
        }));
    total += deleted;
  }
  return total;
}

}  // namespace tstack::idempotency
