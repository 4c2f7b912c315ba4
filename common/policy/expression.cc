#include "common/policy/expression.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace tstack::policy {
namespace {

constexpr int kMaxNesting = 64;

struct Token {
  enum class Kind { kOpen, kClose, kAnd, kOr, kNot, kCheck, kEnd };
  Kind kind = Kind::kEnd;
  std::string_view text;
  size_t column = 0;
};

Token::Kind WordKind(std::string_view word) {
  const std::string lower = absl::AsciiStrToLower(absl::string_view(word.data(), word.size()));
  if (lower == "and") return Token::Kind::kAnd;
  if (lower == "or") return Token::Kind::kOr;
  if (lower == "not") return Token::Kind::kNot;
  return Token::Kind::kCheck;
}

// Parentheses count only at the ends of a word: those of "%(name)s" are inside it.
void SplitWord(std::string_view word, size_t column, std::vector<Token>& tokens) {
  while (!word.empty() && word[0] == '(') {
    tokens.push_back({Token::Kind::kOpen, word.substr(0, 1), column++});
    word.remove_prefix(1);
  }
  size_t end = word.size();
  while (end > 0 && word[end - 1] == ')') --end;
  if (end > 0) tokens.push_back({WordKind(word.substr(0, end)), word.substr(0, end), column});
  for (size_t i = end; i < word.size(); ++i) {
    tokens.push_back({Token::Kind::kClose, word.substr(i, 1), column + i});
  }
}

std::vector<Token> Tokenize(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::vector<Token> tokens;
  size_t at = text.find_first_not_of(kSpace);
  while (at != std::string_view::npos) {
    const size_t end = text.find_first_of(kSpace, at);
    SplitWord(text.substr(at, end - at), at + 1, tokens);
    at = end == std::string_view::npos ? end : text.find_first_not_of(kSpace, end);
  }
  tokens.push_back({Token::Kind::kEnd, {}, text.size() + 1});
  return tokens;
}

// Recursive descent, one method a precedence level. A broken structure is reported once; bad checks
// all are.
class Parser {
 public:
  Parser(std::vector<Token> tokens, std::vector<Mistake>& mistakes)
      : tokens_(std::move(tokens)), mistakes_(mistakes) {}

  Expression Parse() {
    Expression root = ParseOr();
    if (Peek().kind != Token::Kind::kEnd) Complain("'and' or 'or' expected");
    return root;
  }

 private:
  const Token& Peek() const { return tokens_[at_]; }

  void Complain(std::string message) {
    if (broken_) return;
    broken_ = true;
    mistakes_.push_back({Peek().column, std::move(message)});
    at_ = tokens_.size() - 1;  // to kEnd: every level above returns
  }

  Expression ParseOr() {
    return ParseChain(Token::Kind::kOr, Expression::Kind::kOr, &Parser::ParseAnd);
  }
  Expression ParseAnd() {
    return ParseChain(Token::Kind::kAnd, Expression::Kind::kAnd, &Parser::ParseUnary);
  }

  Expression ParseChain(Token::Kind separator, Expression::Kind kind,
                        Expression (Parser::*operand)()) {
    Expression first = (this->*operand)();
    if (Peek().kind != separator) return first;
    Expression chain;
    chain.kind = kind;
    chain.children.push_back(std::move(first));
    while (Peek().kind == separator) {
      ++at_;
      chain.children.push_back((this->*operand)());
    }
    return chain;
  }

  Expression ParseUnary() {
    if (++depth_ > kMaxNesting) Complain("nested too deeply");
    Expression result = ParseOperand();
    --depth_;
    return result;
  }

  Expression ParseOperand() {
    const Token token = Peek();
    switch (token.kind) {
      case Token::Kind::kNot: {
        ++at_;
        Expression negation;
        negation.kind = Expression::Kind::kNot;
        negation.children.push_back(ParseUnary());
        return negation;
      }
      case Token::Kind::kOpen:
        ++at_;
        return ParseRest();
      case Token::Kind::kCheck:
        ++at_;
        return ParseCheck(token.text, token.column, mistakes_);
      default:
        Complain("a check expected");
        return {};
    }
  }

  Expression ParseRest() {
    Expression inner = ParseOr();
    if (Peek().kind == Token::Kind::kClose) {
      ++at_;
    } else {
      Complain("')' expected");
    }
    return inner;
  }

  std::vector<Token> tokens_;
  std::vector<Mistake>& mistakes_;
  size_t at_ = 0;
  int depth_ = 0;
  bool broken_ = false;
};

}  // namespace

Expression ParseExpression(std::string_view text, std::vector<Mistake>& mistakes) {
  if (text.empty()) {
    Expression always;
    always.kind = Expression::Kind::kTrue;
    return always;
  }
  return Parser(Tokenize(text), mistakes).Parse();
}

}  // namespace tstack::policy
