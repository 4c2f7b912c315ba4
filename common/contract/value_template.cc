#include "common/contract/value_template.h"

#include "common/contract/query.h"

namespace tstack::contract {

StatusOr<ValueTemplate> ValueTemplate::Compile(std::string_view text, const MessagePlan& response,
                                               const MessagePlan& request) {
  ValueTemplate out;
  while (!text.empty()) {
    const size_t open = text.find('{');
    if (open != 0) out.parts_.push_back({Source::kText, std::string(text.substr(0, open)), {}});
    if (open == std::string_view::npos) return out;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      return Error(StatusCode::kInvalidArgument, "BAD_TEMPLATE",
                   "unbalanced braces in a header's value");
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (name == "base") {
      out.parts_.push_back({Source::kBase, "", {}});
      continue;
    }
    if (auto ref = FieldRef::Resolve(response, name); ref.ok()) {
      out.parts_.push_back({Source::kResponse, "", *std::move(ref)});
      continue;
    }
    ASSIGN_OR_RETURN(FieldRef ref, FieldRef::Resolve(request, name));
    out.parts_.push_back({Source::kRequest, "", std::move(ref)});
  }
  return out;
}

std::string ValueTemplate::Expand(std::string_view base, const google::protobuf::Message& response,
                                  const google::protobuf::Message* request) const {
  std::string out;
  for (const Part& part : parts_) {
    if (part.source == Source::kText) {
      out += part.text;
    } else if (part.source == Source::kBase) {
      out += base;
    } else {
      const auto* message = part.source == Source::kResponse ? &response : request;
      const std::string value = message == nullptr ? "" : TextOf(part.ref, *message);
      if (value.empty()) return "";
      out += PercentEncode(value);
    }
  }
  return out;
}

}  // namespace tstack::contract
