// "{base}/v3/projects/{id}": text with fields of an answer, for response headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/contract/field_ref.h"
#include "common/contract/plan.h"

namespace tstack::contract {

class ValueTemplate {
 public:
  // Fields are looked up in the response, then in the request: an empty answer can still say where
  // its object is. kInvalidArgument for unbalanced braces and unknown fields.
  static StatusOr<ValueTemplate> Compile(std::string_view text, const MessagePlan& response,
                                         const MessagePlan& request);

  // `base` replaces {base}; values are escaped as path segments. "" if a field is unset: the header
  // is then left out.
  std::string Expand(std::string_view base, const google::protobuf::Message& response,
                     const google::protobuf::Message* request) const;

 private:
  enum class Source { kText, kBase, kResponse, kRequest };
  struct Part {
    Source source = Source::kText;
    std::string text;
    FieldRef ref;
  };
  std::vector<Part> parts_;
};

}  // namespace tstack::contract
