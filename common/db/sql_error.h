// What the server's error numbers mean to a transaction.
#pragma once

#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::db {

enum class Fault {
  kNone,
  kConflict,  // deadlock, certification failure, lock wait, interrupted: ROLLBACK, then run again
  kLost,      // the connection is gone or of no use; during COMMIT the outcome is unknown
  kNodeNotReady,  // the node answers but does not serve: non-primary, shutting down, read-only
  kDuplicate,     // unique key
  kForeignKey,    // a parent that is missing, or a child that still is there
  kOther,         // our bug, or a row that does not fit
};

struct SqlError {
  int code = 0;         // of the server (1xxx) or the client library (2xxx)
  std::string state;    // SQLSTATE
  std::string message;  // may contain values of the row: for classification only
};

Fault Classify(int code);

// True if the transaction may be run again from its start.
constexpr bool IsTransient(Fault fault) {
  return fault == Fault::kConflict || fault == Fault::kLost || fault == Fault::kNodeNotReady;
}

// The status that a transaction's body sees; `statement` is the statement's name. Values of rows
// are kept out.
Status ToStatus(const SqlError& error, std::string_view statement);

// "uk_name" of "Duplicate entry 'x' for key 'uk_name'"; "" if there is none.
std::string KeyOfDuplicate(std::string_view message);
// "fk_parent" of "… CONSTRAINT `fk_parent` FOREIGN KEY …"; "" if there is none.
std::string ConstraintOf(std::string_view message);

}  // namespace tstack::db
