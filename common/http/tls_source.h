// The TLS context of a listener, made anew when its files change: a renewed certificate is served
// without a restart. Only for the .cc files of this folder.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"

#include "common/http/asio_transport.h"
#include "common/http/server.h"
#include "common/time/clock.h"

namespace tstack::http {

// One thread at a time: the accepting one.
class TlsSource {
 public:
  // kInvalidArgument if the files cannot be used.
  static StatusOr<std::unique_ptr<TlsSource>> Load(TlsFiles files, const Clock& clock);

  // For the next connection. Looks at the files at most once a second. Files that cannot be used
  // (one of the two is not replaced yet) are reported once, and the last good ones stay.
  std::shared_ptr<TlsContext> Current();

 private:
  TlsSource(TlsFiles files, const Clock& clock) : files_(std::move(files)), clock_(clock) {}
  // Identity, size and time of both files; "" if one of them cannot be looked at.
  std::string Stamp() const;

  const TlsFiles files_;
  const Clock& clock_;
  std::shared_ptr<TlsContext> context_;
  std::string stamp_;  // of the files that were tried last
  absl::Duration looked_ = -absl::InfiniteDuration();
};

}  // namespace tstack::http
