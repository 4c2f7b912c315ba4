#include "tests/contract/case_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tstack::contract::test {
namespace {

using Field = std::pair<std::string, std::string>;

std::string Trim(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool Starts(const std::string& line, const char* mark) { return line.rfind(mark, 0) == 0; }

bool IsMark(const std::string& line) {
  return Starts(line, "### ") || Starts(line, "--> ") || Starts(line, "<--") || Starts(line, "== ");
}

Field SplitHeader(const std::string& line) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return {Trim(line), ""};
  return {Trim(line.substr(0, colon)), Trim(line.substr(colon + 1))};
}

// "NOT_FOUND SERVER_NOT_FOUND retry=5: there is no server"
void ParseError(const std::string& text, CannedReply& reply) {
  reply.error = true;
  const size_t colon = text.find(": ");
  if (colon != std::string::npos) reply.message = text.substr(colon + 2);
  std::string words = text.substr(0, colon) + " ";
  while (!words.empty()) {
    const size_t space = words.find(' ');
    const std::string word = words.substr(0, space);
    words.erase(0, space + 1);
    if (Starts(word, "retry="))
      reply.retry_after = std::atoi(word.c_str() + 6);
    else if (reply.code.empty())
      reply.code = word;
    else if (!word.empty())
      reply.reason = word;
  }
}

class Parser {
 public:
  Parser(std::string name, std::istream& in) : name_(std::move(name)) {
    std::string line;
    while (std::getline(in, line)) lines_.push_back(line);
  }

  std::vector<Case> Run() {
    std::vector<Case> cases;
    while (at_ < lines_.size() && complaint.empty()) {
      if (!Starts(lines_[at_], "### ")) {
        ++at_;  // comments and blank lines between cases
        continue;
      }
      cases.push_back(ReadCase());
    }
    return cases;
  }

  std::string complaint;

 private:
  Case ReadCase() {
    Case out;
    out.place = name_ + ":" + std::to_string(at_ + 1);
    out.name = lines_[at_++].substr(4);
    ReadRequest(out);
    if (at_ < lines_.size() && Starts(lines_[at_], "--> ")) ReadCall(out);
    while (at_ < lines_.size() && Starts(lines_[at_], "<--")) ReadReply(out);
    if (at_ < lines_.size() && Starts(lines_[at_], "== ")) ReadResponse(out);
    if (out.status == 0) complaint = out.place + ": no '== status'";
    return out;
  }

  void ReadRequest(Case& out) {
    const std::string first = at_ < lines_.size() ? lines_[at_++] : "";
    const size_t space = first.find(' ');
    out.method = first.substr(0, space);
    if (space != std::string::npos) out.target = first.substr(space + 1);
    while (at_ < lines_.size() && !lines_[at_].empty() && !IsMark(lines_[at_])) {
      out.headers.push_back(SplitHeader(lines_[at_++]));
    }
    out.body = ReadBlock();
  }

  void ReadCall(Case& out) {
    out.calls = true;
    out.rpc = Trim(lines_[at_++].substr(4));
    out.request = ReadBlock();
  }

  void ReadReply(Case& out) {
    std::string rest = Trim(lines_[at_++].substr(3));
    if (Starts(rest, "error ")) {
      ParseError(rest.substr(6), out.reply);
      ReadBlock();
      return;
    }
    if (Starts(rest, "outcome=")) out.reply.outcome = rest.substr(8);
    out.reply.messages.push_back(ReadBlock());
  }

  void ReadResponse(Case& out) {
    out.status = std::atoi(lines_[at_++].c_str() + 3);
    while (at_ < lines_.size() && !lines_[at_].empty() && !IsMark(lines_[at_])) {
      if (lines_[at_][0] == '!')
        out.absent_headers.push_back(Trim(lines_[at_++].substr(1)));
      else
        out.expected_headers.push_back(SplitHeader(lines_[at_++]));
    }
    out.expected_body = ReadBlock();
    out.checks_body = out.expected_body != "…";
  }

  // Lines up to the next mark, without blank ones around them.
  std::string ReadBlock() {
    std::string block;
    while (at_ < lines_.size() && !IsMark(lines_[at_])) block += lines_[at_++] + "\n";
    while (!block.empty() && block.back() == '\n') block.pop_back();
    const size_t begin = block.find_first_not_of('\n');
    return begin == std::string::npos ? "" : block.substr(begin);
  }

  std::string name_;
  std::vector<std::string> lines_;
  size_t at_ = 0;
};

}  // namespace

std::vector<Case> ReadCases(const std::string& path, std::string* complaint) {
  std::ifstream in(path);
  Parser parser(std::filesystem::path(path).filename().string(), in);
  std::vector<Case> cases = parser.Run();
  *complaint = parser.complaint;
  if (complaint->empty() && cases.empty()) *complaint = path + ": no cases";
  return cases;
}

}  // namespace tstack::contract::test
