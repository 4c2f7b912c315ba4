// Message → JSON by its plan. Pure functions; thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"

#include "common/contract/link_style.h"
#include "common/contract/plan.h"

namespace tstack::contract {

struct WriteOptions {
  ApiVersion version;
  LinkStyle link_style = LinkStyle::kArray;
  // Prepended to every link's href.
  std::string_view link_base;
  // Instead of link_base, if set: turns the expanded template into what is written.
  const std::function<std::string(const api::Link&, std::string href)>* resolve_link = nullptr;
  // ?fields=: wire names of the outermost object that are written; null or empty: all.
  const std::vector<std::string>* select = nullptr;
  // Members added to the outermost object, JSON text with or without a leading comma.
  std::string_view extra;
  // MessageRule.link is not written.
  bool without_links = false;
};

// Appends the object. Cannot fail: what a plan cannot express was refused when it was compiled.
void WriteMessage(const google::protobuf::Message& message, const MessagePlan& plan,
                  const WriteOptions& options, std::string* out);

// Appends the value of one field: object, array, scalar; null or the zero value if it is unset.
void WriteField(const google::protobuf::Message& message, const FieldPlan& field,
                const WriteOptions& options, std::string* out);

// The members of the object without braces and without a leading comma; "" if there are none.
void WriteMembers(const google::protobuf::Message& message, const MessagePlan& plan,
                  const WriteOptions& options, std::string* out);

// A field's value as plain text, for response headers, link templates and pagination markers.
std::string FieldText(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor* field);

}  // namespace tstack::contract
