// Contract cases as data. A file holds many; README.md describes the format.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tstack::contract::test {

// What the fake service does when it is called.
struct CannedReply {
  bool error = false;
  std::string code;    // "NOT_FOUND"
  std::string reason;  // "SERVER_NOT_FOUND"
  std::string message;
  int retry_after = 0;
  std::string outcome;
  std::vector<std::string> messages;  // text protos; several only for streams
};

struct Case {
  std::string place;  // "nova.txt:12"
  std::string name;
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  bool calls = false;
  std::string rpc;      // "tstack.fixture.nova.Compute/ShowServer"
  std::string request;  // text proto
  CannedReply reply;

  int status = 0;
  std::vector<std::pair<std::string, std::string>> expected_headers;  // value "*": any
  std::vector<std::string> absent_headers;
  bool checks_body = false;
  std::string expected_body;
};

// All cases of a file; `complaint` says what is wrong with the file, if anything.
std::vector<Case> ReadCases(const std::string& path, std::string* complaint);

}  // namespace tstack::contract::test
