#include "common/contract/dialects/accept.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace tstack::contract {
namespace {

// How specific a media range is about `type`/`subtype`: 3 exact, 2 type/*, 1 */*, 0 no match.
int Specificity(std::string_view range, std::string_view type, std::string_view whole) {
  if (range == whole) return 3;
  if (range == std::string(type) + "/*") return 2;
  return range == "*/*" || range == "*" ? 1 : 0;
}

struct Range {
  std::string name;
  double quality = 1;
};

Range ParseRange(std::string_view text) {
  Range out;
  const size_t semicolon = text.find(';');
  out.name = std::string(text.substr(0, semicolon));
  absl::StripAsciiWhitespace(&out.name);
  absl::AsciiStrToLower(&out.name);
  if (semicolon == std::string_view::npos) return out;
  const size_t q = text.find("q=", semicolon);
  if (q == std::string_view::npos) return out;
  const std::string number(text.substr(q + 2, text.find(';', q) - q - 2));
  if (!absl::SimpleAtod(number, &out.quality) || !(out.quality >= 0 && out.quality <= 1))
    out.quality = 0;
  return out;
}

double Quality(std::string_view accept, std::string_view type, std::string_view whole) {
  int best = 0;
  double quality = 0;
  while (!accept.empty()) {
    const size_t comma = accept.find(',');
    const Range range = ParseRange(accept.substr(0, comma));
    const int specificity = Specificity(range.name, type, whole);
    if (specificity > best) {
      best = specificity;
      quality = range.quality;
    }
    if (comma == std::string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return quality;
}

}  // namespace

bool WantsJsonHome(std::string_view accept) {
  return Quality(accept, "application", "application/json-home") >
         Quality(accept, "application", "application/json");
}

PageForm ChoosePageForm(std::string_view accept) {
  const double html = Quality(accept, "text", "text/html");
  const double json = Quality(accept, "application", "application/json");
  if (html <= 0 && json <= 0) return PageForm::kText;
  return html >= json ? PageForm::kHtml : PageForm::kJson;
}

}  // namespace tstack::contract
