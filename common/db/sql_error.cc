#include "common/db/sql_error.h"

namespace tstack::db {
namespace {

std::string Between(std::string_view text, size_t begin, char quote) {
  if (begin == std::string_view::npos) return "";
  const size_t end = text.find(quote, begin);
  return end == std::string_view::npos ? "" : std::string(text.substr(begin, end - begin));
}

// These repeat what the row holds.
bool QuotesValues(int code) { return code == 1062 || code == 1292 || code == 1411 || code == 1525; }

// A value that its column cannot hold came from a request whose contract is looser than the schema:
// the caller's fault all the same, and never a reason to lose the transaction's error.
bool DoesNotFit(int code) { return code == 1264 || code == 1406; }

// So are characters that the column's character set has not, stored in it or given to compare with
// it
// ("COERCIBLE" is what the server calls a parameter; two columns that do not go together are our
// bug).
bool IsForeignText(const SqlError& error) {
  return error.code == 1366 ||
         (error.code == 1267 && error.message.find("COERCIBLE") != std::string::npos);
}

std::string ColumnOf(std::string_view message) {
  constexpr std::string_view kMark = "for column ";
  const size_t mark = message.find(kMark);
  if (mark == std::string_view::npos) return "";
  const std::string_view rest = message.substr(mark + kMark.size());
  const size_t dot = rest.rfind(".`");  // `schema`.`table`.`column`
  return dot == std::string_view::npos ? Between(rest, 1, '\'') : Between(rest, dot + 2, '`');
}

Status Internal(const SqlError& error, std::string_view statement) {
  if (DoesNotFit(error.code)) {
    return FieldError(ColumnOf(error.message), "the value is too long or too large to be stored: " +
                                                   ColumnOf(error.message));
  }
  if (IsForeignText(error)) {
    return FieldError(ColumnOf(error.message), "a text has characters that are not allowed there");
  }
  std::string text =
      "statement " + std::string(statement) + " failed with error " + std::to_string(error.code);
  if (!QuotesValues(error.code)) text += ": " + error.message;
  return Error(StatusCode::kInternal, "SQL_ERROR", text);
}

}  // namespace

Fault Classify(int code) {
  switch (code) {
    case 1020:  // the row changed since it was read (snapshot isolation)
    case 1180:  // error during COMMIT
    case 1205:  // lock wait time-out: undoes only the statement, hence the ROLLBACK
    case 1213:  // deadlock; Galera's certification failure and brute-force abort
    case 1243:  // prepared statement unknown to the server
    case 1305:  // the savepoint went with a rolled back transaction
    case 1317:  // KILL QUERY
    case 1412:  // table definition changed
    case 1615:  // prepared statement needs to be prepared again
    case 1969:  // max_statement_time
    case 2030:  // statement not prepared (after a reconnect)
      return Fault::kConflict;
    case 1040:  // too many connections
    case 1044:  // no access to the schema
    case 1045:  // no access at all
    case 1047:  // Galera: not in the primary component
    case 1049:  // no such schema
    case 1053:  // shutdown in progress
    case 1129:  // host blocked
    case 1203:  // too many connections of this user
    case 1226:  // user's resource limit
    case 1290:  // --read-only
    case 1698:  // no access (other authentication)
    case 1836:  // read-only mode
      return Fault::kNodeNotReady;
    case 0:     // the connector's own complaint about a closed connection
    case 1152:  // aborting connection
    case 1158:
    case 1159:
    case 1160:
    case 1161:  // network errors seen by the server
    case 1184:  // aborting connection
    case 1927:  // connection killed
      return Fault::kLost;
    case 1062:
    case 1586:
      return Fault::kDuplicate;
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return Fault::kForeignKey;
    default:
      return code >= 2000 && code < 3000 ? Fault::kLost
                                         : Fault::kOther;  // 2xxx: the client library
  }
}

Status ToStatus(const SqlError& error, std::string_view statement) {
  const std::string name(statement);
  switch (Classify(error.code)) {
    case Fault::kNone:
      return absl::OkStatus();
    case Fault::kConflict:
      return Error(StatusCode::kAborted, "DATABASE_CONFLICT",
                   "another transaction was in the way of " + name);
    case Fault::kLost:
    case Fault::kNodeNotReady:
      return Error(
          StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
          "the database did not answer " + name + " (error " + std::to_string(error.code) + ")");
    case Fault::kDuplicate:
      return ResourceError(StatusCode::kAlreadyExists, "DUPLICATE_KEY", "key",
                           KeyOfDuplicate(error.message), "a row with the same key exists");
    case Fault::kForeignKey:
      return ResourceError(StatusCode::kFailedPrecondition, "FOREIGN_KEY", "constraint",
                           ConstraintOf(error.message),
                           "a row that this one depends on is missing, or others depend on it");
    case Fault::kOther:
      break;
  }
  return Internal(error, statement);
}

std::string KeyOfDuplicate(std::string_view message) {
  constexpr std::string_view kMark = "for key '";
  const size_t mark = message.rfind(kMark);  // the value before it may contain anything
  return mark == std::string_view::npos ? "" : Between(message, mark + kMark.size(), '\'');
}

std::string ConstraintOf(std::string_view message) {
  constexpr std::string_view kMark = "CONSTRAINT `";
  const size_t mark = message.find(kMark);
  return mark == std::string_view::npos ? "" : Between(message, mark + kMark.size(), '`');
}

}  // namespace tstack::db
