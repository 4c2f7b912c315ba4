// TLS to a node.
#include <catch2/catch.hpp>

#include "common/db/store_fixture.h"

namespace tstack::db {
namespace {

using testing::Deadline;
using testing::TestMariaDb;

// A certificate authority and a certificate for 127.0.0.1, made by the openssl program.
struct Certificates {
  testing::TemporaryDirectory folder;
  std::string File(const std::string& name) const { return folder.File(name); }

  void OpenSsl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "openssl");
    const StatusOr<testing::Finished> finished =
        testing::Run({.argv = arguments, .directory = folder.path()});
    REQUIRE(finished.ok());
    INFO(finished->output);
    REQUIRE(finished->exit_code == 0);
  }
  void MakeAuthority(const std::string& name) const {
    OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=" + name, "-keyout", name + ".key", "-out",
             name + ".pem"});
  }
  Certificates() {
    MakeAuthority("ca");
    MakeAuthority("other");
    testing::WriteFile(File("ext"), "subjectAltName=IP:127.0.0.1\n");
    OpenSsl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
             "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr"});
    OpenSsl({"x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
             "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", "server.pem"});
  }
};

TEST_CASE("a node is reached over TLS if its authority is the right one", "[store][db][tls]") {
  const Certificates certificates;
  TestMariaDb server({.arguments = {"--ssl-ca=" + certificates.File("ca.pem"),
                                    "--ssl-cert=" + certificates.File("server.pem"),
                                    "--ssl-key=" + certificates.File("server.key")}});
  Options options = server.CreateSchema("tls", TestTables());
  options.nodes = {server.tcp()};
  options.patience = absl::Milliseconds(100);
  const auto cipher = [](const Options& with) -> StatusOr<std::string> {
    ASSIGN_OR_RETURN(const auto connection, ConnectAdmin(Deadline(), with));
    ASSIGN_OR_RETURN(const Rows rows, connection->Query("SHOW SESSION STATUS LIKE 'Ssl_cipher'"));
    return rows[0].StringOr(1, "");
  };
  CHECK(cipher(options).value().empty());  // the control: without the option, without TLS
  options.tls_ca_file = certificates.File("ca.pem");
  CHECK_FALSE(cipher(options).value().empty());
  const auto database = Connect(options).value();
  CHECK(database
            ->RunTransaction(Deadline(), NewTxn(), [](Transaction& tx) { return Insert(tx, 1, 1); })
            .ok());
  server.Kill9();  // a TLS connection that the server closed is an error like any other
  server.Start();
  CHECK(testing::WaitFor("TLS used again", absl::Seconds(1),
                         [&] { return ValueOf(*database, 1) == 1; }));
  options.tls_ca_file = certificates.File("other.pem");
  CHECK_FALSE(cipher(options).ok());
  CHECK(absl::IsUnavailable(Connect(options).value()->CheckHealth(Deadline())));
}

}  // namespace
}  // namespace tstack::db
