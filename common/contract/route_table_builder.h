// Reads the options of a descriptor pool into a RouteTable. Used once at start.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "common/contract/complaints.h"
#include "common/contract/route_table.h"
#include "common/contract/trie.h"

namespace tstack::contract {

class RouteTableBuilder {
 public:
  // Null: the generated pool.
  explicit RouteTableBuilder(const google::protobuf::DescriptorPool* pool);

  StatusOr<std::unique_ptr<RouteTable>> Build(const std::vector<std::string>& services);

 private:
  std::vector<const google::protobuf::ServiceDescriptor*> Services(
      const std::vector<std::string>& names);
  void AddService(const google::protobuf::ServiceDescriptor& service);
  RestApi* ApiOf(const google::protobuf::ServiceDescriptor& service, const api::Api& option);
  void FillApi(const std::string& where, const api::Api& option, RestApi& api);
  void CheckSameApi(const std::string& where, const api::Api& option, const RestApi& api);
  void AddRoute(const google::protobuf::MethodDescriptor& method, const api::Route& option,
                const api::Rpc& rpc, int index, const api::Api& service, RestApi& api);
  void SetRange(const std::string& where, const RestApi& api, Route& route);
  void BuildTries();
  void CheckNode(const std::vector<Trie::Entry>& entries);
  void CheckPair(const Trie::Entry& a, const Trie::Entry& b);

  const google::protobuf::DescriptorPool* pool_;
  google::protobuf::MessageFactory* factory_ = nullptr;
  std::unique_ptr<RouteTable> table_;
  Complaints complaints_;
};

// The options as our own types, also for descriptors that were made at run time.
std::vector<api::Route> RoutesOf(const google::protobuf::MethodDescriptor& method);
api::Rpc RpcOf(const google::protobuf::MethodDescriptor& method);
api::Api ApiOf(const google::protobuf::ServiceDescriptor& service);

}  // namespace tstack::contract
