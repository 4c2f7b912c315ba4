// tstack.yaml as a checked proto message. The schema, its defaults, limits and manual are
// proto/tstack/config/v1.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

#include "common/log/secret.h"
#include "common/status/status.h"
#include "tstack/config/v1/config.pb.h"

namespace tstack::config {

// Reads the file, applies "a.b=c" overrides (as from --set), fills in defaults and validates.
// A non-empty `role` replaces "{role}" in every string value.
// Errors: kInvalidArgument with every mistake at once, one a line, each with its file:line and, for
// an unknown key, the nearest known one; kNotFound if the file does not exist. An empty path reads
// no file. Overrides: maps by key ("backends.identity.addresses=unix:/run/a"), lists by comma or as
// YAML ("[a, b]").
StatusOr<v1::Config> Load(const std::string& path, const std::vector<std::string>& overrides = {},
                          std::string_view role = {});

// One setting as `tstack config explain KEY` shows it.
struct Setting {
  std::string key;     // "database.pool_size"
  std::string value;   // as YAML; "" if unset; for a section: its settings are listed by ExplainAll
  std::string source;  // "tstack.yaml:12" | "--set" | "default" | "unset"
  std::string type;    // "integer", "list of text", "section" …
  std::string comment;  // from the .proto
};

// A loaded file that remembers where each value came from.
class Loaded {
 public:
  virtual ~Loaded() = default;
  virtual const v1::Config& config() const = 0;
  // kNotFound naming the nearest key. Keys of sections are accepted; map entries by their key.
  virtual StatusOr<Setting> Explain(std::string_view key) const = 0;
  // Every leaf setting of the schema and of the file, in schema order.
  virtual std::vector<Setting> ExplainAll() const = 0;
};
StatusOr<std::unique_ptr<Loaded>> LoadWithSources(const std::string& path,
                                                  const std::vector<std::string>& overrides = {},
                                                  std::string_view role = {});

// The content of "file:/path" without its last newline. kFailedPrecondition if others than the
// owner may read the file, kNotFound if it does not exist, kInvalidArgument if the reference does
// not start with "file:".
StatusOr<log::Secret<std::string>> ReadSecret(std::string_view reference);

absl::Duration ToDuration(const google::protobuf::Duration& duration);

}  // namespace tstack::config
