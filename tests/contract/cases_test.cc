#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "common/contract/route_table.h"
#include "tests/contract/case_file.h"
#include "tests/contract/case_runner.h"
#include "tests/contract/fixture_table.h"

namespace tstack::contract::test {
namespace {

std::vector<std::string> CaseFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(CASES_DIR)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

const RouteTable& FixtureTable() {
  static const auto table = RouteTable::Build(FixtureServices());
  if (!table.ok()) FAIL(std::string(table.status().message()));
  return **table;
}

int RunFile(CaseRunner& runner, const std::string& file) {
  std::string complaint;
  const auto cases = ReadCases(file, &complaint);
  CHECK(complaint == "");
  for (const Case& test : cases) {
    for (const std::string& difference : runner.Run(test)) {
      FAIL_CHECK(test.place << " " << test.name << "\n" << difference);
    }
  }
  return static_cast<int>(cases.size());
}

TEST_CASE("every contract case holds: HTTP in, rpc out, and back", "[contract][routes]") {
  CaseRunner runner(FixtureTable());
  int count = 0;
  for (const std::string& file : CaseFiles()) count += RunFile(runner, file);
  WARN(count << " cases");
  CHECK(count >= 150);
}

TEST_CASE("a case that does not hold is reported", "[contract][routes]") {
  CaseRunner runner(FixtureTable());
  Case wrong;
  wrong.method = "GET";
  wrong.target = "/toys/v1/shelves/7";
  wrong.calls = true;
  wrong.rpc = "tstack.fixture.plain.Toys/ShowShelf";
  wrong.request = "number: 8";
  wrong.reply.messages = {"text: \"seven\""};
  wrong.status = 201;
  wrong.expected_headers = {{"Location", "*"}};
  wrong.checks_body = true;
  wrong.expected_body = "{\"text\": \"eight\"}";
  CHECK(runner.Run(wrong).size() == 4);
}

}  // namespace
}  // namespace tstack::contract::test
