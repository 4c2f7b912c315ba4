#pragma once

#include <string_view>

namespace tstack::contract {

enum class PageForm { kText, kHtml, kJson };

// What an Accept header wants an error page to be: the better liked of HTML and JSON, HTML if it
// does not care, plain text if it takes neither or is empty.
PageForm ChoosePageForm(std::string_view accept);

// True if an Accept header likes application/json-home better than application/json.
bool WantsJsonHome(std::string_view accept);

}  // namespace tstack::contract
