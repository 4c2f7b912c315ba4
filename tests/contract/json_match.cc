#include "tests/contract/json_match.h"

#include "common/contract/json_document.h"

namespace tstack::contract::test {
namespace {

std::string Differ(const std::string& at, JsonValue expected, JsonValue actual) {
  return at + ": expected " + expected.Abridged(200) + ", got " + actual.Abridged(200);
}

std::string Compare(const std::string& at, JsonValue expected, JsonValue actual);

std::string CompareObjects(const std::string& at, JsonValue expected, JsonValue actual) {
  for (const JsonMember member : expected.members()) {
    const std::string key(member.key);
    const auto value = actual.Find(key);
    if (!value) return at + "." + key + " is missing";
    const std::string difference = Compare(at + "." + key, member.value, *value);
    if (!difference.empty()) return difference;
  }
  for (const JsonMember member : actual.members()) {
    if (!expected.Find(member.key)) return at + "." + std::string(member.key) + " is unexpected";
  }
  return "";
}

std::string CompareArrays(const std::string& at, JsonValue expected, JsonValue actual) {
  if (expected.size() != actual.size()) return Differ(at, expected, actual);
  auto other = actual.elements().begin();
  int index = 0;
  for (const JsonValue element : expected.elements()) {
    const std::string difference =
        Compare(at + "[" + std::to_string(index++) + "]", element, *other);
    if (!difference.empty()) return difference;
    ++other;
  }
  return "";
}

bool IsNumber(JsonValue value) {
  return value.kind() == JsonKind::kInt64 || value.kind() == JsonKind::kUint64 ||
         value.kind() == JsonKind::kDouble;
}

std::string Compare(const std::string& at, JsonValue expected, JsonValue actual) {
  if (expected.is_string() && expected.String() == "*") return "";
  if (expected.is_object() && actual.is_object()) return CompareObjects(at, expected, actual);
  if (expected.is_array() && actual.is_array()) return CompareArrays(at, expected, actual);
  bool same = expected.kind() == actual.kind();
  if (expected.is_string() && actual.is_string()) {
    same = MatchesText(std::string(expected.String()), std::string(actual.String()));
  } else if (IsNumber(expected) && IsNumber(actual)) {
    same = expected.Double() == actual.Double();
  } else if (same && expected.kind() == JsonKind::kBool) {
    same = expected.Bool() == actual.Bool();
  }
  return same ? "" : Differ(at, expected, actual);
}

}  // namespace

bool MatchesText(const std::string& pattern, const std::string& text) {
  if (pattern == "*" || pattern == text) return true;
  const bool contains = pattern.size() > 2 && pattern.front() == '*' && pattern.back() == '*';
  return contains && text.find(pattern.substr(1, pattern.size() - 2)) != std::string::npos;
}

std::string DescribeJsonDifference(const std::string& expected, const std::string& actual) {
  const auto want = JsonDocument::Parse(expected);
  if (!want.ok()) return "the expected body is no JSON: " + std::string(want.status().message());
  const auto have = JsonDocument::Parse(actual);
  if (!have.ok()) return "the body is no JSON: " + actual;
  return Compare("$", want->root(), have->root());
}

}  // namespace tstack::contract::test
