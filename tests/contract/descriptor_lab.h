// Contracts made at run time from the text of a FileDescriptorProto, for tests of what the table
// accepts.
#pragma once

#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"

#include "common/contract/route_table.h"

namespace tstack::contract::test {

class DescriptorLab {
 public:
  DescriptorLab();
  // Adds a file; fails the test if it cannot be built.
  void AddFile(const std::string& text);
  const google::protobuf::DescriptorPool& pool() const { return pool_; }

  // A file with messages to play with (Request, Answer, Item, Nothing in package lab) and the
  // service lab.S with the given methods and, after a fixed api option, further service text.
  static std::string File(const std::string& api, const std::string& methods);
  // method { name input output options { [route] {…} } }
  static std::string Method(const std::string& name, const std::string& input,
                            const std::string& output, const std::string& route);

 private:
  google::protobuf::DescriptorPool pool_;
};

}  // namespace tstack::contract::test
