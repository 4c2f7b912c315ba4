// The request half of RouteCompiler: path, headers, body, query.
#include <algorithm>

#include "common/contract/dialect.h"
#include "common/contract/route_compiler.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldDescriptor;

// One value that text can stand for.
bool IsTextual(const FieldPlan& field) {
  if (field.shape != Shape::kSingular) return false;
  switch (field.kind) {
    case Kind::kBool:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUint32:
    case Kind::kUint64:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kEnum:
    case Kind::kTimestamp:
    case Kind::kWrapper:
      return true;
    default:
      return false;
  }
}

bool HasBody(const std::string& verb) { return verb == "POST" || verb == "PUT" || verb == "PATCH"; }

}  // namespace

void RouteCompiler::CompilePaths() {
  std::vector<std::string> texts = {route_.path};
  texts.insert(texts.end(), option_.also().begin(), option_.also().end());
  for (const std::string& text : texts) {
    auto path = PathTemplate::Parse(text);
    if (!path.ok()) {
      complaints_.Add(where_, path.status());
      continue;
    }
    std::vector<FieldRef> refs;
    for (const std::string& name : path->fields()) {
      auto ref = FieldRef::Resolve(*plan_->request, name);
      if (!ref.ok()) {
        complaints_.Add(where_ + ": path", ref.status());
        continue;
      }
      if (!IsTextual(*ref->plan)) Complain("path field '" + name + "' is no single plain value");
      if (ref->parents.empty()) Bind(ref->field());
      refs.push_back(*std::move(ref));
    }
    plan_->templates.push_back(*std::move(path));
    plan_->path.push_back(std::move(refs));
  }
}

void RouteCompiler::CompileRequestHeaders() {
  for (const api::HeaderBinding& binding : option_.request_header()) {
    if (binding.header().empty()) Complain("request_header without a header name");
    if (!binding.value().empty()) Complain("request_header with a value template");
    auto ref = FieldRef::Resolve(*plan_->request, binding.field());
    if (!ref.ok()) {
      complaints_.Add(where_ + ": header " + binding.header(), ref.status());
      continue;
    }
    if (!IsTextual(*ref->plan))
      Complain("header field '" + binding.field() + "' is no single plain value");
    if (ref->parents.empty()) Bind(ref->field());
    plan_->request_headers.push_back({binding.header(), *std::move(ref), binding.required()});
  }
}

void RouteCompiler::CompileListRequest() {
  if (!option_.has_list()) return;
  ListPlan list;
  list.paged = option_.list().paged();
  if (option_.list().max_limit() > 0) list.max_limit = option_.list().max_limit();
  list.default_limit = option_.list().default_limit();
  if (list.default_limit < 0 || list.default_limit > list.max_limit)
    Complain("default_limit is not within max_limit");
  list.sort_keys.assign(option_.list().sort_keys().begin(), option_.list().sort_keys().end());
  list.fields = option_.list().fields();
  list.links_since = ParseVersion(option_.list().links_since(), "links_since");
  if (list.paged) {
    list.limit_field = RequestField("limit", "a paged list");
    list.marker_field = RequestField("marker", "a paged list");
    list.reverse_field = plan_->request->FindByProtoName("page_reverse");
  }
  plan_->list = std::move(list);
}

void RouteCompiler::CompileBody() {
  plan_->body_kind = option_.body();
  const bool wants =
      HasBody(route_.verb) || (route_.verb == "DELETE" && option_.body() == api::OPTIONAL_JSON);
  plan_->has_body = wants && option_.body() != api::NONE && option_.body() != api::RAW;
  if (!option_.action().empty() && route_.verb != "POST") Complain("an action needs POST");
  if (!option_.action().empty() && option_.body() != api::JSON &&
      option_.body() != api::OPTIONAL_JSON) {
    Complain("an action's body is JSON");
  }
  CompileEnvelopes();
  CompileSiblings();
  CompileBodyField();
  CompilePatchFields();
}

void RouteCompiler::CompileEnvelopes() {
  plan_->response_envelope = option_.envelope();
  plan_->envelope =
      option_.request_envelope().empty() ? option_.envelope() : option_.request_envelope();
  if (plan_->envelope == "-") plan_->envelope.clear();
  if (!option_.action().empty()) plan_->envelope.clear();  // the action's key is the envelope
  plan_->bulk_envelope = option_.bulk_envelope();
  if (option_.body() == api::BULK) {
    if (plan_->envelope.empty() || plan_->bulk_envelope.empty())
      Complain("BULK needs envelope and bulk_envelope");
    if (plan_->envelope == plan_->bulk_envelope) Complain("bulk_envelope equals envelope");
  } else if (!plan_->bulk_envelope.empty()) {
    Complain("bulk_envelope without body: BULK");
  }
  if (option_.body() == api::JSON_PATCH) {
    plan_->envelope.clear();
    if (route_.verb != "PATCH") Complain("JSON_PATCH needs PATCH");
  }
}

void RouteCompiler::CompileSiblings() {
  for (const api::Sibling& sibling : option_.sibling()) {
    if (sibling.key().empty()) Complain("a sibling without a key");
    if (plan_->envelope.empty() && option_.action().empty())
      Complain("sibling '" + sibling.key() + "' without an envelope");
    if (sibling.key() == plan_->envelope)
      Complain("sibling '" + sibling.key() + "' is the envelope");
    const FieldPlan* field = RequestField(sibling.field(), "sibling '" + sibling.key() + "'");
    if (field == nullptr) continue;
    Bind(field->field);
    plan_->siblings.push_back({sibling.key(), field, sibling.required()});
  }
}

bool RouteCompiler::BodyCanHold(const MessagePlan& body) const {
  if (body.spread() != nullptr) return true;
  const auto& excluded = plan_->body_excluded;
  return std::any_of(body.fields().begin(), body.fields().end(), [&](const FieldPlan& field) {
    return field.InBodies() &&
           std::find(excluded.begin(), excluded.end(), field.field) == excluded.end();
  });
}

void RouteCompiler::CompileBodyField() {
  if (!option_.body_field().empty()) {
    plan_->body_field = RequestField(option_.body_field(), "body_field");
    if (plan_->body_field == nullptr) return;
    Bind(plan_->body_field->field);
    const bool list = plan_->body_field->shape == Shape::kRepeated;
    if (option_.body() == api::BULK && (!list || plan_->body_field->kind != Kind::kMessage)) {
      Complain("BULK needs a body_field that is a list of messages");
    }
    if (plan_->body_field->kind == Kind::kMessage && plan_->body_field->shape != Shape::kMap) {
      plan_->body = plan_->body_field->nested;
    }
    for (const auto& refs : plan_->path) {  // "{server.id}" keeps id out of the body
      for (const FieldRef& ref : refs) {
        if (ref.parents.size() == 1 && ref.parents[0] == plan_->body_field->field)
          plan_->body_excluded.push_back(ref.field());
      }
    }
  } else {
    if (option_.body() == api::BULK) Complain("BULK needs a body_field");
    plan_->body = plan_->request;
  }
}

void RouteCompiler::CompilePatchFields() {
  auto take = [&](const std::string& name, std::string_view purpose,
                  auto&& fits) -> const FieldPlan* {
    if (name.empty()) return nullptr;
    const FieldPlan* field = RequestField(name, purpose);
    if (field == nullptr) return nullptr;
    if (!fits(*field)) Complain(std::string(purpose) + " '" + name + "' has the wrong type");
    Bind(field->field);
    return field;
  };
  plan_->mask_field = take(option_.mask_field(), "mask_field", [](const FieldPlan& f) {
    return f.kind == Kind::kFieldMask && f.shape == Shape::kSingular;
  });
  plan_->remove_field = take(option_.remove_field(), "remove_field", [](const FieldPlan& f) {
    return f.kind == Kind::kString && f.shape == Shape::kRepeated;
  });
  plan_->patch_field = take(option_.patch_field(), "patch_field", [](const FieldPlan& f) {
    return f.field->message_type() == api::PatchOperations::descriptor() &&
           f.shape == Shape::kSingular;
  });
  const bool patch = option_.body() == api::JSON_PATCH;
  if (!patch && (plan_->remove_field != nullptr || plan_->patch_field != nullptr)) {
    Complain("remove_field and patch_field need body: JSON_PATCH");
  }
  if (plan_->mask_field != nullptr && !plan_->has_body)
    Complain("mask_field on a route without a body");
  if (plan_->body_field == nullptr) plan_->body_excluded = plan_->bound;
  // Nothing to read: whatever stands in the body is ignored (PUT …/tags/{tag}).
  const bool bare =
      plan_->envelope.empty() && option_.action().empty() && option_.body() == api::JSON;
  if (bare && plan_->body != nullptr && !BodyCanHold(*plan_->body)) plan_->has_body = false;
}

void RouteCompiler::CompileQuery() {
  plan_->strict_query_since = ParseVersion(option_.strict_query_since(), "strict_query_since");
  plan_->refuse_query = option_.query() == api::REFUSE || !option_.strict_query_since().empty();
  if (option_.query() != api::COLLECT) return;
  if (plan_->refuse_query) Complain("COLLECT and strict_query_since exclude each other");
  plan_->query_extras = RequestField("query_extras", "query: COLLECT");
  if (plan_->query_extras == nullptr) return;
  Bind(plan_->query_extras->field);
  if (plan_->query_extras->shape != Shape::kMap || plan_->query_extras->kind != Kind::kString) {
    Complain("query_extras must be a map<string, string>");
  }
}

}  // namespace tstack::contract
