// TLS over loopback with a throw-away certificate.
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "common/http/test_server.h"
#include "common/http/tls_source.h"
#include "common/pki/pki.h"
#include "common/time/fake_clock.h"

namespace tstack::http {
namespace {

// A folder with a CA and a server certificate for localhost.
class Certificates {
 public:
  Certificates() {
    char path[] = "/tmp/tstack-tls-XXXXXX";
    REQUIRE(mkdtemp(path) != nullptr);
    dir_ = path;
    files = {dir_ + "/server.pem", dir_ + "/server.key"};
    Issue("localhost");
  }
  // Replaces certificate and key.
  void Issue(const std::string& name) {
    const absl::Time now = absl::Now();
    const auto authority =
        pki::EnsureAuthority(dir_, "test", now - absl::Hours(1), now + absl::Hours(1));
    REQUIRE(authority.ok());
    ca_file = authority->certificate_file;
    pki::CertificateRequest request;
    request.instance = "test";
    request.role = "api-gateway";
    request.host = "host";
    request.dns_names = {name};
    request.not_before = now - absl::Hours(1);
    request.not_after = now + absl::Hours(1);
    REQUIRE(
        pki::IssueCertificate(*authority, request, files.certificate_file, files.key_file).ok());
  }
  ~Certificates() {
    for (const char* name : {"/ca.pem", "/ca.key", "/server.pem", "/server.key"})
      unlink((dir_ + name).c_str());
    rmdir(dir_.c_str());
  }
  std::string ca_file;
  TlsFiles files;

 private:
  std::string dir_;
};

struct TlsServer {
  TlsServer() {
    ServerOptions options;
    options.listeners.emplace_back("tls", "127.0.0.1:0");
    options.listeners.back().tls = std::make_unique<TlsFiles>(certificates.files);
    ServerCallbacks callbacks;
    callbacks.handle = [](Request request, Responder responder) {
      responder.Send(Text(200, request.tls ? request.body : "plain"));
    };
    auto started = Server::Start(std::move(options), std::move(callbacks));
    INFO(started.status());
    REQUIRE(started.ok());
    server = *std::move(started);
  }
  ClientOptions Options() const {
    ClientOptions options;
    options.address = server->addresses().front();
    options.tls = true;
    options.ca_file = certificates.ca_file;
    return options;
  }
  Certificates certificates;
  std::unique_ptr<Server> server;
};

TEST_CASE("requests go over TLS, large ones too, on one connection", "[integration][http][tls]") {
  TlsServer server;
  auto client = Client::Connect(server.Options());
  INFO(client.status());
  REQUIRE(client.ok());
  for (size_t size : {size_t{5}, size_t{200'000}, size_t{3'000'000}}) {
    const auto response = (*client)->Send(MakeRequest("POST", "/", std::string(size, 'x')));
    REQUIRE(response.ok());
    CHECK(response->body.size() == size);
  }
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, older versions are not", "[integration][http][tls]") {
  TlsServer server;
  for (const int version : {12, 13}) {
    ClientOptions options = server.Options();
    options.tls_version = version;
    CHECK(Client::Connect(options).ok());
  }
  ClientOptions old = server.Options();
  old.tls_version = 11;
  CHECK(ReasonOf(Client::Connect(old).status()) == "TLS_HANDSHAKE_FAILED");
}

TEST_CASE("plain bytes on a TLS port, and half a handshake, do no harm",
          "[integration][http][tls]") {
  TlsServer server;
  ClientOptions plain = server.Options();
  plain.tls = false;
  auto client = Client::Connect(plain);
  REQUIRE((*client)->SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok());
  CHECK((*client)->ReceiveRaw().value_or("").find("200") == std::string::npos);
  auto half = Client::Connect(plain);
  REQUIRE((*half)->SendRaw(std::string("\x16\x03\x01\x02\x00\x01", 6)).ok());
  half->reset();
  auto request = MakeRequest("GET", "/");
  CHECK((*Client::Connect(server.Options()))->Send(request)->status == 200);
}

TEST_CASE("a client that asks for the end gets a clean one", "[integration][http][tls]") {
  TlsServer server;
  auto client = Client::Connect(server.Options());
  auto request = MakeRequest("GET", "/");
  request.headers.Add("Connection", "close");
  REQUIRE((*client)->Send(request).ok());
  CHECK((*client)->ReceiveRaw().ok());  // close_notify, not a cut
}

TEST_CASE("a server that is not the one named is not spoken to", "[integration][http][tls]") {
  TlsServer server;
  ClientOptions options = server.Options();
  options.server_name = "elsewhere";
  CHECK(ReasonOf(Client::Connect(options).status()) == "TLS_HANDSHAKE_FAILED");
}

TEST_CASE("a renewed certificate is served to new connections, and open ones go on",
          "[integration][http][tls]") {
  TlsServer server;
  auto old = Client::Connect(server.Options());
  REQUIRE(old.ok());
  ClientOptions renewed = server.Options();
  renewed.server_name = "renewed.example";
  CHECK_FALSE(Client::Connect(renewed).ok());
  server.certificates.Issue("renewed.example");
  bool served = false;
  for (int i = 0; i < 1000 && !served; ++i) {  // promised within a second
    served = Client::Connect(renewed).ok();
    if (!served) RealSleeper().Sleep(absl::Milliseconds(10));
  }
  CHECK(served);
  CHECK_FALSE(Client::Connect(server.Options()).ok());
  CHECK((*old)->Send(MakeRequest("GET", "/"))->status == 200);
}

TEST_CASE("renewed files that cannot be used leave the old ones in use",
          "[integration][http][tls]") {
  FakeClock clock;
  Certificates certificates;
  auto source = TlsSource::Load(certificates.files, clock);
  REQUIRE(source.ok());
  const auto first = (*source)->Current();
  REQUIRE(truncate(certificates.files.key_file.c_str(), 0) == 0);
  clock.Advance(absl::Seconds(2));
  CHECK((*source)->Current() == first);
  certificates.Issue("localhost");
  CHECK((*source)->Current() == first);  // not looked at again so soon
  clock.Advance(absl::Seconds(2));
  CHECK((*source)->Current() != first);
}

TEST_CASE("a certificate that cannot be used refuses to start", "[unit][http][tls]") {
  Certificates certificates;
  ServerCallbacks callbacks;
  callbacks.handle = Echo;
  for (const TlsFiles& files : {TlsFiles{"/nonexistent", certificates.files.key_file},
                                TlsFiles{certificates.files.certificate_file, "/nonexistent"},
                                TlsFiles{certificates.ca_file, certificates.files.key_file}}) {
    ServerOptions options;
    options.listeners.emplace_back("tls", "127.0.0.1:0");
    options.listeners.back().tls = std::make_unique<TlsFiles>(files);
    CHECK(ReasonOf(Server::Start(std::move(options), callbacks).status()) == "BAD_TLS_FILES");
  }
}

}  // namespace
}  // namespace tstack::http
