// Where Fernet keys live: the table `token_key`, sealed under the installation's master key.
//
// One key is primary and signs; one is staged and will sign next; the rest are secondary and only
// verify. A rotation makes the staged key primary, so every process has known a key for a while
// before anybody signs with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/crypto/secret.h"
#include "common/db/database.h"
#include "common/ids/ids.h"
#include "common/status/status.h"

namespace tstack::identity::tokens {

struct TokenKey {
  int64_t id = 0;
  std::string state;           // "staged" | "primary" | "secondary"
  crypto::SecretBytes bytes;   // kFernetKeySize
  absl::Duration age;          // since it was made, by the database's clock
  absl::Duration signing_age;  // since it became primary; zero if it never did
};

// One consistent reading of all keys.
struct KeySet {
  int64_t generation = 0;      // grows with every rotation
  std::vector<TokenKey> keys;  // the primary first, then by id, newest first; never empty
  const TokenKey& primary() const { return keys.front(); }
};

struct RotationRules {
  int max_active_keys = 6;  // ≥ 3
  absl::Duration staged_at_least = absl::Seconds(30);
};

// Thread-safe.
class KeyStore {
 public:
  virtual ~KeyStore() = default;
  // kFailedPrecondition with reason TOKEN_KEYS_MISSING before EnsureKeys; TOKEN_KEY_SEAL if the
  // master key is another.
  virtual StatusOr<KeySet> Load(const CallContext& ctx) = 0;
  // Makes the first primary and staged key if there are none. Idempotent.
  virtual Status EnsureKeys(const CallContext& ctx) = 0;
  // One step of rotation, if nobody has rotated since `generation` was read: else kAborted,
  // TOKEN_KEYS_CHANGED. kFailedPrecondition with reason TOKEN_KEY_TOO_YOUNG if the staged key is
  // younger than the rules demand.
  virtual Status Rotate(const CallContext& ctx, int64_t generation, const RotationRules& rules) = 0;
};

// `master_key`: 32 bytes; copied. `database` and `ids` must outlive the store.
std::unique_ptr<KeyStore> MakeSqlKeyStore(db::Database& database, std::string_view master_key,
                                          IdSource& ids);

}  // namespace tstack::identity::tokens
