// The optional part of a list's WHERE clause: what the client filters by. Column names are literals
// of the caller, values are always parameters, and the number of different texts is small.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::identity {

class Conditions {
 public:
  // A fixed condition with its parameters: "u.enabled = ?".
  Conditions& Add(std::string_view sql, std::vector<db::Value> parameters = {});
  // "column = ?", if there is a value. An id that cannot be one matches nothing.
  Conditions& Equal(std::string_view column, bool given, std::string_view value);
  // As the client wrote it: name, name__contains, … of a text column. Several values: any of them.
  Conditions& Match(std::string_view column, const api::Filter& filter);

  // "a AND b"; "TRUE" if empty.
  std::string sql() const { return sql_.empty() ? "TRUE" : sql_; }
  const std::vector<db::Value>& parameters() const { return parameters_; }

 private:
  std::string sql_;
  std::vector<db::Value> parameters_;
};

// "?, ?, ?" for `count` parameters; count ≥ 1.
std::string Placeholders(size_t count);

// `text` with the wildcards of LIKE taken literally.
std::string EscapeLike(std::string_view text);

}  // namespace tstack::identity
