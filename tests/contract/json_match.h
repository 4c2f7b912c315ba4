#pragma once

#include <string>

namespace tstack::contract::test {

// "" if `actual` is JSON that matches `expected`, else where and how it differs. Members match in
// any order; a string
// "*" matches anything, and "*text*" any string that contains the text.
std::string DescribeJsonDifference(const std::string& expected, const std::string& actual);

// True if `text` matches `pattern` in the same way.
bool MatchesText(const std::string& pattern, const std::string& text);

}  // namespace tstack::contract::test
