#include <catch2/catch.hpp>

#include "common/config/config.h"
#include "common/config/test_file.h"

namespace tstack::config {
namespace {

std::unique_ptr<Loaded> LoadSample() {
  TestFile file(
      "region: north\n"
      "database:\n"
      "  nodes: [a:1, b:2]\n"
      "backends:\n"
      "  identity:\n"
      "    addresses: [unix:/x]\n");
  auto loaded = LoadWithSources(file.path(), {"database.user=u"});
  REQUIRE(loaded.ok());
  return *std::move(loaded);
}

}  // namespace

TEST_CASE("each setting tells its value, source, type and meaning", "[unit][config]") {
  const auto loaded = LoadSample();
  const Setting region = *loaded->Explain("region");
  CHECK(region.value == "north");
  CHECK(region.source == "tstack.yaml:1");
  CHECK(region.comment == "Region that the catalog's endpoints belong to.");
  CHECK(loaded->Explain("database.nodes")->value == "[a:1, b:2]");
  CHECK(loaded->Explain("database.nodes")->type == "list of text");
  CHECK(loaded->Explain("database.user")->source == "--set");
  CHECK(loaded->Explain("database.pool_size")->source == "default");
  CHECK(loaded->Explain("database.pool_size")->value == "8");
  CHECK(loaded->Explain("tls.ca_file")->source == "unset");
  CHECK(loaded->Explain("rpc.drain")->value == "10s");
}

TEST_CASE("map entries and sections are keys too", "[unit][config]") {
  const auto loaded = LoadSample();
  CHECK(loaded->Explain("backends.identity.addresses")->value == "[unix:/x]");
  CHECK(loaded->Explain("backends.identity.addresses")->source == "tstack.yaml:6");
  CHECK(loaded->Explain("backends.volume.addresses")->source == "unset");
  CHECK(loaded->Explain("database")->type == "section");
}

TEST_CASE("an unknown key is answered with the nearest known one", "[unit][config]") {
  const auto loaded = LoadSample();
  const Status status = loaded->Explain("database.pool_sise").status();
  CHECK(status.code() == StatusCode::kNotFound);
  CHECK(std::string(status.message()).find("\"database.pool_size\"") != std::string::npos);
  CHECK(loaded->Explain("region.x").status().code() == StatusCode::kNotFound);
}

TEST_CASE("every leaf of the schema is listed and has a comment or a neighbour with one",
          "[unit][config]") {
  const auto all = LoadSample()->ExplainAll();
  bool found = false;
  for (const Setting& setting : all) found |= setting.key == "backends.identity.addresses";
  CHECK(found);
  CHECK(all.size() > 10);
}

}  // namespace tstack::config
