#include "common/db/node.h"

#include <catch2/catch.hpp>

#include "common/db/connect.h"

namespace tstack::db {
namespace {

TEST_CASE("nodes are sockets, names and both kinds of addresses", "[unit][db]") {
  CHECK(ParseNode("unix:/run/db.sock")->Url() == "unix:///run/db.sock");
  CHECK(ParseNode("db1:3307")->Url() == "tcp://db1:3307");
  CHECK(ParseNode("db1")->Url() == "tcp://db1:3306");
  CHECK(ParseNode("[::1]:3307")->Url() == "tcp://[::1]:3307");
  CHECK(ParseNode("[::1]")->port == 3306);
  for (const char* text : {"", ":3306", "unix:relative", "db:0", "db:65536", "db:x", "db:"}) {
    INFO(text);
    CHECK(ReasonOf(ParseNode(text).status()) == "DATABASE_NODE");
  }
}

TEST_CASE("a role gets its schema, its user and its defaults from the configuration",
          "[unit][db]") {
  config::v1::Database config;
  config.add_nodes("unix:/run/db.sock");
  config.set_user("tstack_{role}");
  config.set_password("pw-{role}");
  config.set_schema_prefix("c1_");
  const Options options = OptionsFor(config, "identity").value();
  CHECK(options.schema == "c1_identity");
  CHECK(options.user == "tstack_identity");
  CHECK(options.password.Reveal() == "pw-identity");
  CHECK(options.pool_size == 8);
  CHECK(options.tls_ca_file.empty());
  config.set_password("file:/does/not/exist");
  CHECK_FALSE(OptionsFor(config, "identity").ok());
}

TEST_CASE("TLS to the database is configured as a whole or not at all", "[unit][db]") {
  config::v1::Database config;
  config.set_tls_ca_file("/etc/ca.pem");
  CHECK(OptionsFor(config, "identity").value().tls_ca_file == "/etc/ca.pem");
  config.set_tls_certificate_file("/etc/db.pem");
  CHECK(ReasonOf(OptionsFor(config, "identity").status()) == "DATABASE_TLS");
  config.set_tls_key_file("/etc/db.key");
  const Options options = OptionsFor(config, "identity").value();
  CHECK(options.tls_certificate_file == "/etc/db.pem");
  CHECK(options.tls_key_file == "/etc/db.key");
  config.clear_tls_ca_file();  // would be ignored: the traffic would go in the clear
  CHECK(ReasonOf(OptionsFor(config, "identity").status()) == "DATABASE_TLS");
}

TEST_CASE("names and texts are quoted for administration", "[unit][db]") {
  CHECK(QuoteName("a`b") == "`a``b`");
  CHECK(QuoteText("it's \\ here") == "'it''s \\\\ here'");
}

}  // namespace
}  // namespace tstack::db
