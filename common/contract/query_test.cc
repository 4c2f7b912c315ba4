#include "common/contract/query.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <catch2/catch.hpp>

#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using fixture::ListRequest;

struct Fixture {
  PlanSet plans;
  QueryOptions options{.version = {2, 1}};
  QueryResult result;

  template <typename T = ListRequest>
  Status Read(const std::string& query, T* out) {
    const MessagePlan* plan = plans.Add(T::descriptor());
    REQUIRE(plans.status().ok());
    ASSIGN_OR_RETURN(const std::vector<QueryParam> params, ParseQuery(query));
    ASSIGN_OR_RETURN(result, ReadQuery(params, *plan, options, out));
    return absl::OkStatus();
  }
  ListRequest Good(const std::string& query) {
    ListRequest out;
    const Status status = Read(query, &out);
    CAPTURE(query, status.ToString());
    REQUIRE(status.ok());
    return out;
  }
  void Bad(const std::string& query, const std::string& reason, const std::string& field) {
    ListRequest out;
    const Status status = Read(query, &out);
    CAPTURE(query, status.ToString());
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(ReasonOf(status) == reason);
    CHECK(DetailOf(status).field() == field);
  }
  std::string Unknown() const {
    return absl::StrJoin(result.unknown, ",", [](std::string* out, const QueryParam& param) {
      absl::StrAppend(out, param.name, "=", param.value);
    });
  }
};

std::string Show(const api::Filter& filter) {
  return absl::StrCat(api::Filter::Op_Name(filter.op()), ":", absl::StrJoin(filter.values(), "|"));
}

std::string Show(const google::protobuf::RepeatedPtrField<api::SortKey>& keys) {
  return absl::StrJoin(keys, ",", [](std::string* out, const api::SortKey& key) {
    absl::StrAppend(out, key.descending() ? "-" : "+", key.key());
  });
}

TEST_CASE("queries are split and decoded", "[unit][contract][query]") {
  const auto params = ParseQuery("a=1&b=%41+%2B&&c&d=&e=x=y&%66=%C3%A9&=v");
  REQUIRE(params.ok());
  CHECK(*params == std::vector<QueryParam>{{"a", "1"},
                                           {"b", "A +"},
                                           {"c", "", false},
                                           {"d", ""},
                                           {"e", "x=y"},
                                           {"f", "é"},
                                           {"", "v"}});
  CHECK(ParseQuery("")->empty());
}

TEST_CASE("broken queries are refused", "[unit][contract][query]") {
  for (const char* query : {"a=%", "a=%4", "a=%4g", "a=%00", "%00=1", "a=%ff", "a=\xff", "a=%C3",
                            "a=%ED%A0%80", "a=%C0%80"}) {
    CAPTURE(std::string(query));
    CHECK(ReasonOf(ParseQuery(query).status()) == "INVALID_QUERY");
  }
}

TEST_CASE("percent-encoding goes both ways", "[unit][contract][query]") {
  CHECK(PercentEncode("a b/é~-._") == "a%20b%2F%C3%A9~-._");
  CHECK(*PercentDecode("a+b%2f", false) == "a+b/");
  CHECK(*PercentDecode("a+b", true) == "a b");
}

TEST_CASE_METHOD(Fixture, "scalars, lists, enums and times are read", "[unit][contract][query]") {
  const ListRequest out = Good(
      "tag=a&tag=b&status=active!&changes-since=2026-11-22T15:25:38%2B01:00&min_disk=5&all_tenants="
      "1");
  CHECK(absl::StrJoin(out.tag(), ",") == "a,b");
  CHECK(out.status() == fixture::ACTIVE);
  CHECK(out.changes_since().seconds() == 1795361138 - 3600);
  CHECK(out.min_disk() == 5);
  CHECK(out.all_tenants().value());
  Bad("status=x", "INVALID_FIELD", "status");
  Bad("min_disk=-1", "INVALID_FIELD", "min_disk");
  Bad("min_disk=a", "INVALID_FIELD", "min_disk");
  Bad("changes-since=now", "INVALID_FIELD", "changes-since");
  Bad("tag=a&tag=b&tag=c", "INVALID_FIELD", "tag");
  CHECK(Good("min_disk=1&min_disk=2").min_disk() == 2);
}

TEST_CASE_METHOD(Fixture, "a flag counts when it is present", "[unit][contract][query]") {
  CHECK(Good("include_names").include_names());
  CHECK(Good("include_names=").include_names());
  CHECK(Good("include_names=True").include_names());
  CHECK_FALSE(Good("include_names=0").include_names());
  CHECK_FALSE(Good("include_names=False").include_names());
  CHECK_FALSE(Good("").include_names());
  Bad("include_names=maybe", "INVALID_FIELD", "include_names");
  options.filters = FilterStyle::kKeystone;
  CHECK(Good("include_names=maybe").include_names());
}

TEST_CASE_METHOD(Fixture, "undeclared parameters are left over", "[unit][contract][query]") {
  CHECK(Good("nope=1&tag=a&x&newer=1").newer().empty());
  CHECK(Unknown() == "nope=1,x=,newer=1");
  options.version = {2, 10};
  CHECK(Good("newer=1").newer() == "1");
  const std::vector<const google::protobuf::FieldDescriptor*> bound = {
      ListRequest::descriptor()->FindFieldByName("project_id")};
  options.excluded = &bound;
  CHECK(Good("project_id=mine").project_id().empty());
  CHECK(Unknown() == "project_id=mine");
}

TEST_CASE_METHOD(Fixture, "plain and neutron filters collect their values",
                 "[unit][contract][filter]") {
  options.filters = GENERATE(FilterStyle::kPlain, FilterStyle::kNeutron);
  CHECK(Show(Good("name=a").name()) == "EQ:a");
  CHECK(Show(Good("name=a&name=in:b,c").name()) == "EQ:a|in:b,c");
  CHECK(Show(Good("name=").name()) == "EQ:");
  CHECK_FALSE(Good("").has_name());
  CHECK_FALSE(Good("name__contains=a").has_name());
  CHECK(Unknown() == "name__contains=a");
}

TEST_CASE_METHOD(Fixture, "keystone's operators are in the name", "[unit][contract][filter]") {
  options.filters = FilterStyle::kKeystone;
  const auto [query, text] = GENERATE(table<std::string, std::string>({
      {"name=a", "EQ:a"},
      {"name__contains=a", "CONTAINS:a"},
      {"name__startswith=a", "STARTSWITH:a"},
      {"name__endswith=a", "ENDSWITH:a"},
      {"name__icontains=a", "ICONTAINS:a"},
      {"name__istartswith=a", "ISTARTSWITH:a"},
      {"name__iendswith=a", "IENDSWITH:a"},
      {"name__iexact=a", "IEXACT:a"},
      {"name__contains=a&name__contains=b", "CONTAINS:a|b"},
  }));
  CHECK(Show(Good(query).name()) == text);
  CHECK_FALSE(Good("name__near=a").has_name());
  CHECK(Unknown() == "name__near=a");
  CHECK_FALSE(Good("tag__contains=a").has_name());
  CHECK(Unknown() == "tag__contains=a");
  Bad("name=a&name__contains=b", "INVALID_FIELD", "name__contains");
}

TEST_CASE_METHOD(Fixture, "glance's operators are in the value", "[unit][contract][filter]") {
  options.filters = FilterStyle::kGlance;
  CHECK(Show(Good("name=in:a,b").name()) == "IN:a|b");
  CHECK(Show(Good(R"(name=in:"a,\"b",c)").name()) == "IN:a,\"b|c");
  CHECK(Show(Good("name=gt:5").name()) == "GT:5");
  CHECK(Show(Good("name=gte:5").name()) == "GTE:5");
  CHECK(Show(Good("name=lt:5").name()) == "LT:5");
  CHECK(Show(Good("name=lte:5").name()) == "LTE:5");
  CHECK(Show(Good("name=neq:5").name()) == "NEQ:5");
  CHECK(Show(Good("name=eq:5").name()) == "EQ:5");
  CHECK(Show(Good("name=foo:bar").name()) == "EQ:foo:bar");
  CHECK(Show(Good("name=2026-11-22T15:25:38Z").name()) == "EQ:2026-11-22T15:25:38Z");
}

TEST_CASE_METHOD(Fixture, "a repeated filter holds several operators", "[unit][contract][filter]") {
  options.filters = FilterStyle::kGlance;
  const ListRequest out = Good("created_at=gt:1&created_at=lt:9&created_at=3&created_at=4");
  REQUIRE(out.created_at_size() == 3);
  CHECK(Show(out.created_at(0)) == "GT:1");
  CHECK(Show(out.created_at(1)) == "LT:9");
  CHECK(Show(out.created_at(2)) == "EQ:3|4");
  options.filters = FilterStyle::kCinder;
  const ListRequest cinder = Good("created_at=gt:1,lt:9&name~=x");
  REQUIRE(cinder.created_at_size() == 2);
  CHECK(Show(cinder.created_at(1)) == "LT:9");
  CHECK(Show(cinder.name()) == "CONTAINS:x");
  CHECK(Show(Good("name=a,b").name()) == "EQ:a,b");
}

TEST_CASE_METHOD(Fixture, "placement's suffixes are free", "[unit][contract][filter]") {
  options.filters = FilterStyle::kPlacement;
  const ListRequest out = Good(
      "resources=VCPU:1&resources1=DISK_GB:5&resources_NET=SRIOV:1&member_of=in:a,b&member_of_X=!c&"
      "member_of2=!in:d,e");
  CHECK(out.resources().at("") == "VCPU:1");
  CHECK(out.resources().at("1") == "DISK_GB:5");
  CHECK(out.resources().at("_NET") == "SRIOV:1");
  CHECK(Show(out.member_of().at("")) == "IN:a|b");
  CHECK(Show(out.member_of().at("_X")) == "NEQ:c");
  CHECK(Show(out.member_of().at("2")) == "NOT_IN:d|e");
  CHECK(Good("resources0=x&resourcesX=y&resources_=z&resources_a%20b=w").resources().empty());
  CHECK(Unknown() == "resources0=x,resourcesX=y,resources_=z,resources_a b=w");
  Bad("member_of=in:a&member_of=!b", "INVALID_FIELD", "member_of");
}

TEST_CASE_METHOD(Fixture, "sort keys come in pairs", "[unit][contract][sort]") {
  CHECK(Show(Good("sort_key=a&sort_dir=asc&sort_key=b&sort_dir=desc").sort()) == "+a,-b");
  CHECK(Show(Good("sort_key=a&sort_key=b").sort()) == "-a,-b");
  CHECK(Show(Good("sort_key=a&sort_key=b&sort_dir=asc").sort()) == "+a,+b");
  CHECK(Show(Good("sort_dir=asc").sort()) == "+");
  Bad("sort_key=a&sort_dir=up", "INVALID_SORT_KEY", "sort_dir");
  Bad("sort_key=a&sort_dir=asc&sort_dir=asc", "INVALID_SORT_KEY", "sort_dir");
  options.sort_keys = {"a", "id"};
  Bad("sort_key=b&sort_dir=asc", "INVALID_SORT_KEY", "sort_key");
  options.sort_dir_required = true;
  Bad("sort_key=a", "INVALID_SORT_KEY", "sort_dir");
  CHECK(Show(Good("sort_key=id&sort_dir=asc").sort()) == "+id");
}

TEST_CASE_METHOD(Fixture, "sort keys come as a list", "[unit][contract][sort]") {
  CHECK(Show(Good("sort=a:asc,b:desc,c").sort()) == "+a,-b,-c");
  options.sort_descending = false;
  CHECK(Show(Good("sort=c").sort()) == "+c");
  Bad("sort=a:up", "INVALID_SORT_KEY", "sort_dir");
  Bad("sort=a&sort_key=b", "INVALID_SORT_KEY", "sort");
  options.sort_keys = {"a"};
  Bad("sort=bogus", "INVALID_SORT_KEY", "sort_key");
}

TEST_CASE_METHOD(Fixture, "limits are cut, negative ones refused", "[unit][contract][page]") {
  options.paged = true;
  options.max_limit = 100;
  CHECK(Good("").limit() == 100);
  CHECK_FALSE(result.limit_given);
  CHECK(Good("limit=7&marker=m").limit() == 7);
  CHECK(result.limit_given);
  CHECK(Good("limit=7&marker=m").marker() == "m");
  CHECK(Good("limit=101").limit() == 100);
  CHECK(Good("limit=99999999999999999999").limit() == 100);
  CHECK(Good("limit=0").limit() == 0);
  Bad("limit=-1", "INVALID_LIMIT", "limit");
  Bad("limit=-99999999999999999999", "INVALID_LIMIT", "limit");
  Bad("limit=abc", "INVALID_LIMIT", "limit");
  Bad("limit=", "INVALID_LIMIT", "limit");
  Bad("limit=1.5", "INVALID_LIMIT", "limit");
  options.default_limit = 25;
  CHECK(Good("").limit() == 25);
  options.zero_limit_is_max = true;
  CHECK(Good("limit=0").limit() == 100);
}

TEST_CASE_METHOD(Fixture, "requests with a body take marked parameters only",
                 "[unit][contract][query]") {
  options.marked_only = true;
  fixture::PostRequest out;
  CHECK(Read("name=x&dry_run=true", &out).ok());
  CHECK(out.dry_run());
  CHECK(out.name().empty());
  CHECK(Unknown() == "name=x");
  CHECK(ReasonOf(Read("", &out)) == "MISSING_FIELD");
}

}  // namespace
}  // namespace tstack::contract
