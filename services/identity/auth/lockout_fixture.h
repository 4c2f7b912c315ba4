// What lockout promises, for every Directory. For tests.
#pragma once

#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include "services/identity/auth/directory.h"

namespace tstack::identity::auth {

// `directory` locks after two failures; `user_id` has a password and no failures; `let_lock_pass`
// makes them older than the lock.
inline void CheckLockout(Directory& directory, const std::string& user_id, const CallContext& ctx,
                         const std::function<void()>& let_lock_pass) {
  const auto account = [&] {
    return directory.FindAccount(ctx, {user_id, "", {}}).value().value();
  };
  const auto fail = [&](const std::string& id) { REQUIRE(directory.RecordFailure(ctx, id).ok()); };

  fail("");
  fail("nobody");
  CHECK(account().failed_count == 0);
  fail(user_id);
  CHECK_FALSE(account().locked);
  CHECK(directory.ClearFailures(ctx, user_id).value());
  CHECK(account().failed_count == 0);

  fail(user_id);
  fail(user_id);
  CHECK(account().locked);
  // Guesses that were on their way when the lock fell do not lift it, nor does a right one.
  fail(user_id);
  fail(user_id);
  CHECK(account().locked);
  CHECK_FALSE(directory.ClearFailures(ctx, user_id).value());
  CHECK(account().locked);

  let_lock_pass();
  CHECK_FALSE(account().locked);
  fail(user_id);
  CHECK(account().failed_count == 1);
  CHECK(directory.ClearFailures(ctx, user_id).value());
  CHECK(account().failed_count == 0);
}

}  // namespace tstack::identity::auth
