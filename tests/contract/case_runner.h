// Plays one case: HTTP in → rpc, canned reply → HTTP out, and compares both halves.
#pragma once

#include <string>
#include <vector>

#include "common/contract/route_table.h"
#include "common/contract/transcoder.h"
#include "tests/contract/case_file.h"

namespace tstack::contract::test {

class CaseRunner {
 public:
  explicit CaseRunner(const RouteTable& table) : table_(table), transcoder_(table) {}

  // Everything that differs; empty if the case holds.
  std::vector<std::string> Run(const Case& test);

 private:
  http::Response Play(const Case& test, std::vector<std::string>& differences);
  http::Response Answer(const Case& test, const Exchange& exchange, const RpcCall& call,
                        std::vector<std::string>& differences);
  http::Response Stream(const Case& test, const Exchange& exchange, const RpcCall& call,
                        std::vector<std::string>& differences);

  const RouteTable& table_;
  Transcoder transcoder_;
};

}  // namespace tstack::contract::test
