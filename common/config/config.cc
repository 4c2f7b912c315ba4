#include "common/config/config.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/config/explain.h"
#include "common/config/validate.h"
#include "common/config/yaml_reader.h"

namespace tstack::config {
namespace {

StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || file.bad()) {
    return ResourceError(StatusCode::kNotFound, "CONFIG_NOT_FOUND", "file", path,
                         absl::StrCat("cannot read the configuration file ", path));
  }
  return text.str();
}

class LoadedFile final : public Loaded {
 public:
  const v1::Config& config() const override { return config_; }
  StatusOr<Setting> Explain(std::string_view key) const override {
    return ExplainKey(config_, reading_, key);
  }
  std::vector<Setting> ExplainAll() const override { return ExplainEverything(config_, reading_); }

  v1::Config config_;
  Reading reading_;
};

Status Verdict(const Reading& reading) {
  if (reading.mistakes.empty()) return absl::OkStatus();
  return Error(StatusCode::kInvalidArgument, "CONFIG_INVALID",
               absl::StrJoin(reading.mistakes, "\n"));
}

}  // namespace

StatusOr<std::unique_ptr<Loaded>> LoadWithSources(const std::string& path,
                                                  const std::vector<std::string>& overrides,
                                                  std::string_view role) {
  auto loaded = std::make_unique<LoadedFile>();
  if (!path.empty()) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    const std::string name = path.substr(path.rfind('/') + 1);
    ReadYaml(text, name, loaded->config_, loaded->reading_);
  }
  for (const std::string& assignment : overrides) {
    ReadOverride(assignment, loaded->config_, loaded->reading_);
  }
  ApplyDefaults(loaded->config_, "", loaded->reading_);
  CheckRequired(loaded->config_, "", loaded->reading_);
  RETURN_IF_ERROR(Verdict(loaded->reading_));
  if (!role.empty()) ReplaceRole(loaded->config_, role);
  return loaded;
}

StatusOr<v1::Config> Load(const std::string& path, const std::vector<std::string>& overrides,
                          std::string_view role) {
  ASSIGN_OR_RETURN(const auto loaded, LoadWithSources(path, overrides, role));
  return loaded->config();
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace tstack::config
