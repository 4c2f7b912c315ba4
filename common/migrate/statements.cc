#include "common/migrate/migrate.h"

namespace tstack::migrate {
namespace {

// Reads SQL text piece by piece: a quoted string, a comment, or one character.
class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {}

  std::vector<std::string> Split() {
    while (at_ < sql_.size()) Step();
    End();
    return std::move(statements_);
  }

 private:
  void Step() {
    const char c = sql_[at_];
    const std::string_view rest = sql_.substr(at_);
    if (c == '\'' || c == '"' || c == '`') return Take(QuotedSize(rest));
    if (c == '#' || rest.starts_with("-- ") || rest.starts_with("--\n") || rest == "--")
      return Skip(rest.find('\n'));
    if (rest.starts_with("/*")) {
      const size_t end = rest.find("*/", 2);
      return Skip(end == std::string_view::npos ? end : end + 2);
    }
    if (c != ';') return Take(1);
    End();
    ++at_;
  }

  void Take(size_t size) {
    statement_ += sql_.substr(at_, size);
    at_ += size;
  }

  void Skip(size_t size) {
    statement_ += ' ';
    at_ = size == std::string_view::npos ? sql_.size() : at_ + size;
  }

  // Quotes inside are doubled or, except in `names`, escaped.
  static size_t QuotedSize(std::string_view text) {
    const char quote = text[0];
    size_t at = 1;
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' && quote != '`' ? 2 : 1;
    return std::min(at + 1, text.size());
  }

  void End() {
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t begin = statement_.find_first_not_of(kSpace);
    if (begin != std::string::npos) {
      statements_.push_back(
          statement_.substr(begin, statement_.find_last_not_of(kSpace) - begin + 1));
    }
    statement_.clear();
  }

  std::string_view sql_;
  size_t at_ = 0;
  std::string statement_;
  std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> SplitStatements(std::string_view sql) { return Splitter(sql).Split(); }

}  // namespace tstack::migrate
