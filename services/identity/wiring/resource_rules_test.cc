// Rules of resources that need no database.
#include <catch2/catch.hpp>

#include "services/identity/assignments/implications.h"
#include "services/identity/catalog/catalog_store.h"
#include "services/identity/projects/project_tree.h"
#include "services/identity/resources/attributes.h"
#include "services/identity/resources/conditions.h"
#include "services/identity/resources/lookup.h"
#include "services/identity/resources/validation.h"

namespace tstack::identity {
namespace {

roles::Implication Rule(const std::string& prior, const std::string& implied) {
  roles::Implication rule;
  rule.prior.set_id(prior);
  rule.implied.set_id(implied);
  return rule;
}

TEST_CASE("placeholders of both spellings are filled, others leave the endpoint out",
          "[unit][identity][catalog]") {
  const catalog::Substitutions values = {{"project_id", "p"}, {"tenant_id", "p"}};
  CHECK(catalog::FillUrl("http://h/$(project_id)s/%(tenant_id)s", values) == "http://h/p/p");
  CHECK(catalog::FillUrl("http://h/100%%", values) == "http://h/100%");
  CHECK(catalog::FillUrl("http://h/$5", values) == "http://h/$5");
  for (const char* bad : {"http://h/%(user_id)s", "http://h/%20", "http://h/%", "http://h/$(x)s"}) {
    INFO(bad);
    CHECK_FALSE(catalog::FillUrl(bad, values).has_value());
  }
}

TEST_CASE("a filter's value is always a parameter, wildcards included",
          "[unit][identity][resources]") {
  api::Filter filter;
  filter.set_op(api::Filter::CONTAINS);
  filter.add_values("50%_'");
  Conditions conditions;
  conditions.Match("u.name", filter).Equal("u.id", true, "not an id");
  CHECK(conditions.sql() == "(u.name LIKE ?) AND FALSE");
  REQUIRE(conditions.parameters().size() == 1);
  CHECK(std::get<std::string>(conditions.parameters()[0]) == "%50\\%\\_'%");
  CHECK(Conditions().sql() == "TRUE");
}

TEST_CASE("only printable ASCII of up to 64 characters can be an id",
          "[unit][identity][resources]") {
  CHECK(PlausibleId("default"));
  CHECK(PlausibleId(std::string(64, 'a')));
  for (const std::string& id : {std::string(), std::string(65, 'a'), std::string("a b"),
                                std::string("\xC3\xA4"), std::string("a\0b", 3)}) {
    CHECK_FALSE(PlausibleId(id));
  }
}

TEST_CASE("a mask names a field, or something in it", "[unit][identity][resources]") {
  google::protobuf::FieldMask mask;
  mask.add_paths("options.immutable");
  CHECK(Names(mask, "options"));
  CHECK(Names(mask, "options.immutable"));
  CHECK_FALSE(Names(mask, "option"));
  CHECK(NamesOnly(mask, "options"));
  mask.add_paths("name");
  CHECK_FALSE(NamesOnly(mask, "options"));
}

TEST_CASE("a role implies each other role once, nearest first, itself never",
          "[unit][identity][assignments]") {
  const assignments::Implications implications(
      {Rule("a", "b"), Rule("b", "c"), Rule("a", "c"), Rule("c", "a")});
  const auto implied = implications.Of("a");
  REQUIRE(implied.size() == 2);
  CHECK(implied[0].role.id() == "b");
  CHECK(implied[1].role.id() == "c");
  CHECK(implied[1].by == "a");
  CHECK(implications.Of("unknown").empty());
}

TEST_CASE("a project's tree is nested objects that end in null", "[unit][identity][projects]") {
  const auto parents = projects::ParentsAsIds({{"parent", "top"}, {"top", ""}});
  const auto& top = parents.struct_value().fields().at("parent").struct_value().fields().at("top");
  CHECK(top.has_null_value());
  const auto subtree = projects::SubtreeAsIds("x", {{"child", "x"}, {"grandchild", "child"}});
  CHECK(subtree.struct_value().fields().at("child").struct_value().fields().contains("grandchild"));
  CHECK(projects::SubtreeAsIds("leaf", {}).has_null_value());
  // A cycle in stored rows ends.
  CHECK(projects::SubtreeAsIds("x", {{"x", "x"}}).has_struct_value());
}

TEST_CASE("tags are short and without separators", "[unit][identity][projects]") {
  CHECK(CheckTagText("tags", "red").ok());
  CHECK(CheckTagText("tags", std::string(255, 'a')).ok());
  for (const std::string& tag :
       {std::string(), std::string(256, 'a'), std::string("a,b"), std::string("a/b")}) {
    CHECK(absl::IsInvalidArgument(CheckTagText("tags", tag)));
  }
}

TEST_CASE("what the service says of a resource is not stored as an attribute",
          "[unit][identity][resources]") {
  Attributes sent;
  sent["id"].set_string_value("x");
  sent["links"].set_string_value("x");
  sent["email"].set_string_value("a@b");
  Attributes stored;
  MergeAttributes(sent, &stored);
  CHECK(stored.size() == 1);
  CHECK(std::get<std::string>(AttributesToSql(stored)) == "{\"email\":\"a@b\"}");
  CHECK(std::holds_alternative<std::nullptr_t>(AttributesToSql(Attributes())));
}

}  // namespace
}  // namespace tstack::identity
