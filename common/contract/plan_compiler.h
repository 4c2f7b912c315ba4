// Builds message plans from descriptors. Used by PlanSet only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"

#include "common/contract/plan.h"

namespace tstack::contract {

class PlanCompiler {
 public:
  using Plans =
      absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>>;

  // Adds to both; they must outlive it.
  PlanCompiler(Plans& plans, std::vector<std::string>& mistakes)
      : plans_(plans), mistakes_(mistakes) {}

  // The plan of `message`; compiles it and what it reaches if it is new.
  const MessagePlan* Compile(const google::protobuf::Descriptor* message);

 private:
  void CompileFields(MessagePlan& plan);
  void CompileField(const google::protobuf::FieldDescriptor* field, FieldPlan& out);
  void CompileValue(const google::protobuf::FieldDescriptor* value, FieldPlan& out);
  void CompileValidation(const FieldPlan& field, Validation& out);
  void CompileEnum(const google::protobuf::EnumDescriptor* type, FieldPlan& out);
  void CompileLinks(MessagePlan& plan);
  void CompileLink(const MessagePlan& plan, const api::Link& option, LinkPlan& out);
  void IndexNames(MessagePlan& plan);
  std::shared_ptr<const re2::RE2> CompilePattern(const FieldPlan& field,
                                                 const std::string& pattern);
  ApiVersion CompileVersion(std::string_view where, const std::string& text);

  void Complain(std::string_view where, std::string_view what);

  Plans& plans_;
  std::vector<std::string>& mistakes_;
};

// Every combination of options that contradicts itself, as sentences; nested in plan_checks.cc.
std::vector<std::string> ContradictionsOf(const FieldPlan& field);
// Contradictions between the fields of one message.
std::vector<std::string> ContradictionsOf(const MessagePlan& plan);

}  // namespace tstack::contract
