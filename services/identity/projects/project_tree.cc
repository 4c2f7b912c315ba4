#include "services/identity/projects/project_tree.h"

#include <map>
#include <utility>

namespace tstack::identity::projects {
namespace {

using google::protobuf::Value;
using Children = std::multimap<std::string, std::string>;

Value Null() {
  Value value;
  value.set_null_value(google::protobuf::NULL_VALUE);
  return value;
}

// Stored rows may be wrong: a cycle must not recurse for ever.
Value Below(const std::string& id, const Children& children, int levels) {
  const auto [begin, end] = children.equal_range(id);
  if (begin == end || levels == 0) return Null();
  Value value;
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  for (auto child = begin; child != end; ++child) {
    fields[child->second] = Below(child->second, children, levels - 1);
  }
  return value;
}

}  // namespace

Value ParentsAsIds(const std::vector<Branch>& parents) {
  Value value = Null();
  for (auto parent = parents.rbegin(); parent != parents.rend(); ++parent) {
    Value outer;
    (*outer.mutable_struct_value()->mutable_fields())[parent->id] = std::move(value);
    value = std::move(outer);
  }
  return value;
}

Value SubtreeAsIds(const std::string& id, const std::vector<Branch>& subtree) {
  Children children;
  for (const Branch& branch : subtree) children.emplace(branch.parent_id, branch.id);
  return Below(id, children, kMaxDepth + 1);
}

}  // namespace tstack::identity::projects
