#include "common/contract/list_writer.h"

#include "common/contract/json_builder.h"

namespace tstack::contract {

ListWriter::ListWriter(const Exchange& exchange, const RpcCall& call)
    : exchange_(exchange), call_(call), list_(*call.route->plan->list), writer_(exchange) {}

void ListWriter::Begin(std::string* out) {
  out->push_back('{');
  AppendJsonString(list_.key, out);
  out->append(":[");
}

void ListWriter::Item(const google::protobuf::Message& item, std::string* out) {
  if (count_++ > 0) out->push_back(',');
  const bool wrapped = !list_.item_envelope.empty();
  if (wrapped) {
    out->push_back('{');
    AppendJsonString(list_.item_envelope, out);
    out->push_back(':');
  }
  writer_.Write(item, *list_.item, call_.fields.empty() ? nullptr : &call_.fields, out);
  if (wrapped) out->push_back('}');
  if (!list_.marker) return;
  last_marker_ = TextOf(*list_.marker, item);
  if (count_ == 1) first_marker_ = last_marker_;
}

void ListWriter::End(const google::protobuf::Message* rest, bool has_more, std::string* out) {
  out->push_back(']');
  auto add = [&](const std::string& members) {
    if (members.empty()) return;
    out->push_back(',');
    out->append(members);
  };
  const RoutePlan& plan = *call_.route->plan;
  if (rest != nullptr && !plan.shown.empty()) {
    std::string members;
    writer_.WriteOpen(*rest, *plan.response, &plan.shown, &members);
    add(members);
  }
  add(PageMembersOf(exchange_, call_, {first_marker_, last_marker_, has_more}));
  out->push_back('}');
}

}  // namespace tstack::contract
