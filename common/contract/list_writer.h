// Writes a list's answer in pieces: head, items, page links. Used for unary answers and for
// streams.
#pragma once

#include <string>

#include "common/contract/answer.h"
#include "common/contract/exchange.h"
#include "common/contract/pagination.h"
#include "common/contract/transcoder.h"

namespace tstack::contract {

// Belongs to one answer; `exchange` and `call` must outlive it.
class ListWriter {
 public:
  ListWriter(const Exchange& exchange, const RpcCall& call);

  // {"servers":[
  void Begin(std::string* out);
  void Item(const google::protobuf::Message& item, std::string* out);
  // ],<other members of the answer>,<page links>}   `rest` may be null.
  void End(const google::protobuf::Message* rest, bool has_more, std::string* out);

  int count() const { return count_; }

 private:
  const Exchange& exchange_;
  const RpcCall& call_;
  const ListPlan& list_;
  ObjectWriter writer_;
  int count_ = 0;
  std::string first_marker_;
  std::string last_marker_;
};

}  // namespace tstack::contract
