// Compiles one route option into its RoutePlan, and finds what contradicts itself in it.
#pragma once

#include <memory>
#include <string>

#include "google/protobuf/message.h"

#include "common/contract/complaints.h"
#include "common/contract/plan.h"
#include "common/contract/route_plan.h"
#include "common/contract/route_table.h"

namespace tstack::contract {

// "POST /v3/projects": sets route.verb and route.path from the option; false if it has no verb.
bool TakeVerb(const api::Route& option, Route& route);

// For one route; used at start only. The route's api, verb and versions are set already.
class RouteCompiler {
 public:
  RouteCompiler(const Route& route, PlanSet& plans, google::protobuf::MessageFactory& factory,
                Complaints& complaints);

  // Complete but for what was complained about.
  std::shared_ptr<const RoutePlan> Compile();

 private:
  void CompileMessages();
  // request_compiler.cc
  void CompilePaths();
  void CompileRequestHeaders();
  void CompileListRequest();
  void CompileBody();
  void CompileEnvelopes();
  void CompileBodyField();
  void CompilePatchFields();
  void CompileSiblings();
  void CompileQuery();
  bool BodyCanHold(const MessagePlan& body) const;
  const FieldPlan* RequestField(const std::string& name, std::string_view purpose);
  void Bind(const google::protobuf::FieldDescriptor* field);
  // response_compiler.cc
  void CompileStatus();
  void CompileOutcomes();
  void CompileList();
  void CompileListItems();
  void CompilePages();
  void CompileBulkAnswer();
  void CompileShown();
  std::vector<HeaderOutPlan> CompileHeaders(
      const google::protobuf::RepeatedPtrField<api::HeaderBinding>& bindings);
  const FieldPlan* OnlyMessageList(std::string_view purpose);
  ApiVersion ParseVersion(const std::string& text, std::string_view what);

  void Complain(std::string_view what) { complaints_.Add(where_, what); }

  const Route& route_;
  const api::Route& option_;
  PlanSet& plans_;
  google::protobuf::MessageFactory& factory_;
  Complaints& complaints_;
  std::string where_;
  std::shared_ptr<RoutePlan> plan_;
};

}  // namespace tstack::contract
