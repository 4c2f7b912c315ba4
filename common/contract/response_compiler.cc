// The answer half of RouteCompiler: status, outcomes, headers, lists.
#include <algorithm>
#include <set>

#include "common/contract/dialect.h"
#include "common/contract/route_compiler.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;

bool IsStatus(int status) { return status >= 200 && status <= 599; }

}  // namespace

void RouteCompiler::CompileStatus() {
  const bool no_fields = plan_->response->fields().empty() && !route_.streaming;
  plan_->empty_response = option_.empty_response() ||
                          (no_fields && !option_.null_response() && option_.envelope().empty());
  plan_->success = option_.success() != 0 ? option_.success() : plan_->empty_response ? 204 : 200;
  if (!IsStatus(plan_->success))
    Complain("success " + std::to_string(plan_->success) + " is no status");
  for (const api::VersionedStatus& entry : option_.success_since()) {
    const ApiVersion since = ParseVersion(entry.since(), "success_since");
    if (!IsStatus(entry.status()))
      Complain("success_since " + std::to_string(entry.status()) + " is no status");
    if (!plan_->success_since.empty() && since <= plan_->success_since.back().first) {
      Complain("success_since is not ascending");
    }
    plan_->success_since.emplace_back(since, entry.status());
  }
  if (option_.null_response() && option_.empty_response())
    Complain("null_response and empty_response exclude each other");
  plan_->response_headers = CompileHeaders(option_.response_header());
}

std::vector<HeaderOutPlan> RouteCompiler::CompileHeaders(
    const google::protobuf::RepeatedPtrField<api::HeaderBinding>& bindings) {
  std::vector<HeaderOutPlan> out;
  for (const api::HeaderBinding& binding : bindings) {
    HeaderOutPlan header;
    header.header = binding.header();
    if (binding.header().empty()) Complain("response_header without a header name");
    if (binding.field().empty() == binding.value().empty()) {
      Complain("response_header " + binding.header() + " needs a field or a value");
      continue;
    }
    if (!binding.field().empty()) {
      auto ref = FieldRef::Resolve(*plan_->response, binding.field());
      if (ref.ok())
        header.field = *std::move(ref);
      else
        complaints_.Add(where_ + ": header " + binding.header(), ref.status());
    } else {
      auto value = ValueTemplate::Compile(binding.value(), *plan_->response, *plan_->request);
      if (value.ok())
        header.value = *std::move(value);
      else
        complaints_.Add(where_ + ": header " + binding.header(), value.status());
    }
    out.push_back(std::move(header));
  }
  return out;
}

void RouteCompiler::CompileOutcomes() {
  std::set<std::string> names;
  for (const api::Outcome& outcome : option_.outcome()) {
    if (outcome.name().empty() || !names.insert(outcome.name()).second) {
      Complain("outcome '" + outcome.name() + "' needs a name of its own");
    }
    if (!IsStatus(outcome.status())) Complain("outcome '" + outcome.name() + "' has no status");
    plan_->outcomes.push_back(
        {outcome.name(), outcome.status(), outcome.empty(), CompileHeaders(outcome.header())});
  }
}

const FieldPlan* RouteCompiler::OnlyMessageList(std::string_view purpose) {
  const FieldPlan* found = nullptr;
  for (const FieldPlan& field : plan_->response->fields()) {
    if (field.shape != Shape::kRepeated || field.kind != Kind::kMessage) continue;
    if (found != nullptr) {
      Complain(std::string(purpose) + ": several lists in " +
               plan_->response->descriptor()->full_name());
      return nullptr;
    }
    found = &field;
  }
  if (found == nullptr)
    Complain(std::string(purpose) + ": no list in " + plan_->response->descriptor()->full_name());
  return found;
}

void RouteCompiler::CompileListItems() {
  ListPlan& list = *plan_->list;
  list.key = option_.list().key();
  if (route_.streaming) {
    list.item = plan_->response;
    if (list.key.empty()) Complain("a streamed list needs list.key");
    if (!option_.list().items().empty()) Complain("list.items on a stream");
    return;
  }
  if (option_.list().items().empty()) {
    list.items = OnlyMessageList("list");
  } else {
    list.items = plan_->response->FindByProtoName(option_.list().items());
    const bool fits = list.items != nullptr && list.items->shape == Shape::kRepeated &&
                      list.items->kind == Kind::kMessage;
    if (!fits) {
      Complain("list.items '" + option_.list().items() + "' is no list of messages");
      list.items = nullptr;
    }
  }
  if (list.items == nullptr) return;
  list.item = list.items->nested;
  if (list.key.empty()) list.key = list.items->name;
}

void RouteCompiler::CompilePages() {
  ListPlan& list = *plan_->list;
  if (!list.paged || list.item == nullptr) return;
  const std::string marker = option_.list().marker().empty() ? "id" : option_.list().marker();
  auto ref = FieldRef::Resolve(*list.item, marker);
  if (ref.ok())
    list.marker = *std::move(ref);
  else
    complaints_.Add(where_ + ": list.marker", ref.status());
  if (route_.streaming) return;
  const FieldPlan* has_more = plan_->response->FindByProtoName("has_more");
  if (has_more == nullptr || has_more->kind != Kind::kBool || has_more->shape != Shape::kSingular) {
    Complain("a paged list needs 'bool has_more' in " + plan_->response->descriptor()->full_name());
    return;
  }
  list.has_more = has_more->field;
}

void RouteCompiler::CompileList() {
  if (!plan_->list) {
    if (route_.streaming) Complain("a server stream needs a list option");
    return;
  }
  CompileListItems();
  CompilePages();
  ListPlan& list = *plan_->list;
  list.item_envelope = option_.list().item_envelope();
  list.links_key =
      option_.list().links_key().empty() ? list.key + "_links" : option_.list().links_key();
  if (!option_.envelope().empty()) Complain("a list has list.key, not an envelope");
}

void RouteCompiler::CompileBulkAnswer() {
  if (option_.body() == api::BULK && !plan_->empty_response)
    plan_->bulk_items = OnlyMessageList("BULK answer");
}

void RouteCompiler::CompileShown() {
  std::set<const FieldDescriptor*> hidden;
  auto hide_headers = [&](const std::vector<HeaderOutPlan>& headers) {
    for (const HeaderOutPlan& header : headers) {
      if (header.field && header.field->parents.empty()) hidden.insert(header.field->field());
    }
  };
  hide_headers(plan_->response_headers);
  for (const OutcomePlan& outcome : plan_->outcomes) hide_headers(outcome.headers);
  if (plan_->list && !route_.streaming) {
    if (plan_->list->items != nullptr) hidden.insert(plan_->list->items->field);
    if (plan_->list->has_more != nullptr) hidden.insert(plan_->list->has_more);
  }
  plan_->hides = !hidden.empty();
  if (!plan_->hides) return;
  for (const FieldPlan& field : plan_->response->fields()) {
    if (field.Writable() && !hidden.contains(field.field)) plan_->shown.push_back(field.name);
  }
  plan_->shown.emplace_back("links");
  for (const LinkPlan& link : plan_->response->links()) plan_->shown.push_back(link.rel);
}

}  // namespace tstack::contract
