#include "tests/contract/descriptor_lab.h"

#include "google/protobuf/empty.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/text_format.h"
#include <catch2/catch.hpp>

#include "tstack/api/annotations.pb.h"

namespace tstack::contract::test {
namespace {

constexpr char kMessages[] = R"(
  name: "lab.proto" package: "lab" syntax: "proto3"
  dependency: "tstack/api/annotations.proto" dependency: "google/protobuf/field_mask.proto"
  message_type {
    name: "Item"
    field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "name" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  }
  message_type {
    name: "Request"
    field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "item" number: 2 type: TYPE_MESSAGE type_name: ".lab.Item" label: LABEL_OPTIONAL }
    field { name: "items" number: 3 type: TYPE_MESSAGE type_name: ".lab.Item" label: LABEL_REPEATED }
    field { name: "limit" number: 4 type: TYPE_INT32 label: LABEL_OPTIONAL }
    field { name: "marker" number: 5 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "mask" number: 6 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL }
    field { name: "names" number: 7 type: TYPE_STRING label: LABEL_REPEATED }
  }
  message_type {
    name: "Answer"
    field { name: "items" number: 1 type: TYPE_MESSAGE type_name: ".lab.Item" label: LABEL_REPEATED }
    field { name: "token" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  }
  message_type {
    name: "Page"
    field { name: "items" number: 1 type: TYPE_MESSAGE type_name: ".lab.Item" label: LABEL_REPEATED }
    field { name: "has_more" number: 2 type: TYPE_BOOL label: LABEL_OPTIONAL }
  }
  message_type { name: "Nothing" }
)";

}  // namespace

DescriptorLab::DescriptorLab() : pool_(google::protobuf::DescriptorPool::generated_pool()) {
  // Makes sure that the files which contracts import are there.
  api::Route::descriptor();
  google::protobuf::Empty::descriptor();
  google::protobuf::FieldMask::descriptor();
}

void DescriptorLab::AddFile(const std::string& text) {
  google::protobuf::FileDescriptorProto file;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &file));
  REQUIRE(pool_.BuildFile(file) != nullptr);
}

std::string DescriptorLab::File(const std::string& api, const std::string& methods) {
  return std::string(kMessages) + "service { name: 'S' options { [tstack.api.api] { " + api +
         " } } " + methods + " }";
}

std::string DescriptorLab::Method(const std::string& name, const std::string& input,
                                  const std::string& output, const std::string& route) {
  return "method { name: '" + name + "' input_type: '.lab." + input + "' output_type: '.lab." +
         output + "' options { " + route + " } }";
}

}  // namespace tstack::contract::test
