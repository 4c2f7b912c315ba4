// A route's option, compiled: which field every piece of a request goes to and what an answer is
// made of. The transcoder never looks at option text or field names again. Immutable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

#include "common/contract/field_ref.h"
#include "common/contract/path_template.h"
#include "common/contract/plan.h"
#include "common/contract/value_template.h"
#include "tstack/api/annotations.pb.h"

namespace tstack::contract {

struct HeaderInPlan {
  std::string header;
  FieldRef field;
  bool required = false;
};

struct HeaderOutPlan {
  std::string header;
  std::optional<FieldRef> field;       // either a field of the response
  std::optional<ValueTemplate> value;  // or a template
};

struct SiblingPlan {
  std::string key;
  const FieldPlan* field = nullptr;
  bool required = false;
};

struct OutcomePlan {
  std::string name;
  int status = 200;
  bool empty = false;
  std::vector<HeaderOutPlan> headers;
};

struct ListPlan {
  std::string key;                   // "servers"
  const FieldPlan* items = nullptr;  // of the response; null for a stream
  const MessagePlan* item = nullptr;
  std::optional<FieldRef> marker;  // of the item
  std::string item_envelope;
  bool paged = false;
  int max_limit = 1000;
  int default_limit = 0;  // 0: max_limit, or no limit at all for a stream
  std::vector<std::string> sort_keys;
  bool fields = false;
  std::string links_key;  // "servers_links"
  ApiVersion links_since;
  const google::protobuf::FieldDescriptor* has_more = nullptr;  // of the response
  const FieldPlan* limit_field = nullptr;                       // of the request
  const FieldPlan* marker_field = nullptr;
  const FieldPlan* reverse_field = nullptr;
};

struct RoutePlan {
  const google::protobuf::Message* request_prototype = nullptr;
  const google::protobuf::Message* response_prototype = nullptr;
  const MessagePlan* request = nullptr;
  const MessagePlan* response = nullptr;

  std::vector<PathTemplate> templates;      // main, then `also`
  std::vector<std::vector<FieldRef>> path;  // parallel to templates
  std::vector<HeaderInPlan> request_headers;
  std::vector<const google::protobuf::FieldDescriptor*>
      bound;  // top-level request fields that are neither body nor query

  bool has_body = false;
  api::BodyKind body_kind = api::JSON;
  std::string envelope;  // of the request body; "" = none
  std::string bulk_envelope;
  const FieldPlan* body_field = nullptr;  // null: the request itself
  const MessagePlan* body = nullptr;  // plan of the body's object; null if body_field is no message
  std::vector<const google::protobuf::FieldDescriptor*> body_excluded;
  const FieldPlan* mask_field = nullptr;
  const FieldPlan* remove_field = nullptr;
  const FieldPlan* patch_field = nullptr;
  std::vector<SiblingPlan> siblings;
  const FieldPlan* query_extras = nullptr;  // COLLECT
  bool refuse_query = false;
  ApiVersion strict_query_since;

  int success = 200;
  std::vector<std::pair<ApiVersion, int>> success_since;  // ascending
  std::vector<OutcomePlan> outcomes;
  std::vector<HeaderOutPlan> response_headers;
  bool empty_response = false;  // no body whatever the outcome
  std::string response_envelope;
  const FieldPlan* bulk_items = nullptr;  // of the response
  // Wire names of what the answer's object shows, if header bindings or list options take something
  // out; empty: all.
  std::vector<std::string> shown;
  bool hides = false;  // `shown` counts, even if it is empty
  std::optional<ListPlan> list;

  int SuccessAt(ApiVersion version) const;
  const OutcomePlan* FindOutcome(std::string_view name) const;
};

}  // namespace tstack::contract
