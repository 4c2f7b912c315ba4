#include "common/contract/dialects/accept.h"

#include <catch2/catch.hpp>

namespace tstack::contract {
namespace {

TEST_CASE("an error page has the form that Accept likes best", "[unit][contract][dialects]") {
  CHECK(ChoosePageForm("") == PageForm::kText);
  CHECK(ChoosePageForm("text/plain") == PageForm::kText);
  CHECK(ChoosePageForm("*/*") == PageForm::kHtml);
  CHECK(ChoosePageForm("text/*") == PageForm::kHtml);
  CHECK(ChoosePageForm("application/json") == PageForm::kJson);
  CHECK(ChoosePageForm("application/json, */*;q=0.1") == PageForm::kJson);
  CHECK(ChoosePageForm("TEXT/HTML;q=0.5, Application/JSON;q=0.6") == PageForm::kJson);
  CHECK(ChoosePageForm("text/html;q=0, */*") == PageForm::kJson);
}

TEST_CASE("a quality that is none counts as refusal", "[unit][contract][dialects]") {
  CHECK(ChoosePageForm("application/json;q=nan") == PageForm::kText);
  CHECK(ChoosePageForm("application/json;q=7") == PageForm::kText);
  CHECK(ChoosePageForm(";;;,,,q=") == PageForm::kText);
}

}  // namespace
}  // namespace tstack::contract
