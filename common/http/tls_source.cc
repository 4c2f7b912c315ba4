#include "common/http/tls_source.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"

#include "common/log/log.h"

namespace tstack::http {
namespace {

constexpr absl::Duration kLookAgain = absl::Seconds(1);

std::string StampOf(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return "";
  return absl::StrCat(info.st_ino, ".", info.st_size, ".", info.st_mtim.tv_sec, ".",
                      info.st_mtim.tv_nsec);
}

}  // namespace

std::string TlsSource::Stamp() const {
  const std::string certificate = StampOf(files_.certificate_file);
  const std::string key = StampOf(files_.key_file);
  if (certificate.empty() || key.empty()) return "";
  return absl::StrCat(certificate, "/", key);
}

StatusOr<std::unique_ptr<TlsSource>> TlsSource::Load(TlsFiles files, const Clock& clock) {
  std::unique_ptr<TlsSource> source(new TlsSource(std::move(files), clock));
  source->stamp_ = source->Stamp();  // before the read: what changes meanwhile is read again
  ASSIGN_OR_RETURN(source->context_, MakeTlsContext(source->files_));
  source->looked_ = clock.Steady();
  return source;
}

std::shared_ptr<TlsContext> TlsSource::Current() {
  const absl::Duration now = clock_.Steady();
  if (now - looked_ < kLookAgain) return context_;
  looked_ = now;
  std::string stamp = Stamp();
  if (stamp.empty() || stamp == stamp_) return context_;
  stamp_ = std::move(stamp);
  auto renewed = MakeTlsContext(files_);
  if (renewed.ok()) {
    context_ = *std::move(renewed);
    log::Info("tls_files_loaded", {{"certificate_file", files_.certificate_file}});
  } else {
    log::Warn("tls_files_unusable", {{"error", renewed.status()}}, "the last good ones stay");
  }
  return context_;
}

}  // namespace tstack::http
