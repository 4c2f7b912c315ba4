// One route as an OpenAPI operation.
#pragma once

#include <map>
#include <string>

#include "common/contract/json_builder.h"
#include "common/contract/openapi_schema.h"
#include "common/contract/route_plan.h"
#include "common/contract/route_table.h"

namespace tstack::contract {

class OperationWriter {
 public:
  explicit OperationWriter(SchemaSet& schemas) : schemas_(schemas) {}

  void Write(const Route& route, JsonBuilder& json);
  // The error answers that operations referred to, as members of components.responses.
  void WriteErrors(JsonBuilder& json) const;

 private:
  void WriteParameters(const Route& route, JsonBuilder& json);
  void WritePathParameters(const Route& route, JsonBuilder& json);
  void WriteQueryParameters(const Route& route, JsonBuilder& json);
  void WriteRequestBody(const Route& route, JsonBuilder& json);
  void WriteBodySchema(const Route& route, JsonBuilder& json);
  void WriteInnerBody(const Route& route, JsonBuilder& json);
  void WritePatchSchema(JsonBuilder& json);
  void WriteResponses(const Route& route, JsonBuilder& json);
  void WriteAnswer(const Route& route, int status, bool empty,
                   const std::vector<HeaderOutPlan>& headers, JsonBuilder& json);
  void WriteAnswerSchema(const Route& route, JsonBuilder& json);
  void WriteListSchema(const Route& route, JsonBuilder& json);
  void WriteExtras(const Route& route, JsonBuilder& json);

  SchemaSet& schemas_;
  std::map<std::string, std::string> errors_;  // name → response object
};

// Clients may send an Idempotency-Key.
bool TakesIdempotencyKey(const Route& route);

// The members that close the route's list, by name: schemas of what the dialect writes.
std::map<std::string, std::string> PageLinkSchemas(const Route& route);

// A response object, with a schema taken from what the dialect really writes for that status.
std::string ErrorResponse(const RestApi& api, int status);

}  // namespace tstack::contract
