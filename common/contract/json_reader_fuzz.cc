// Whatever reads OK is written, reads again, and is the same message.
#include <cstdint>
#include <string>

#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/contract/json_reader.h"
#include "common/contract/json_writer.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;

// Stops the fuzzer in every build mode.
void Demand(bool condition, const std::string& what) {
  if (condition) return;
  fprintf(stderr, "property broken: %s\n", what.c_str());
  abort();
}

struct Plans {
  PlanSet set;
  template <typename T>
  const MessagePlan& Of() {
    return *set.Add(T::descriptor());
  }
};

Plans& AllPlans() {
  static auto* plans = new Plans;
  return *plans;
}

template <typename T>
Status ReadAs(const std::string& json, ApiVersion version, T* out, FieldMask* mask) {
  ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(json));
  return ReadMessage(document.root(), AllPlans().Of<T>(),
                     {.version = version, .null_is_absent = true}, out, mask);
}

template <typename T>
std::string Write(const T& message, ApiVersion version) {
  std::string json;
  WriteMessage(message, AllPlans().Of<T>(), {.version = version, .without_links = true}, &json);
  return json;
}

template <typename T>
void CheckRoundTrip(const std::string& json, ApiVersion version, bool exact) {
  T first;
  FieldMask mask;
  if (!ReadAs(json, version, &first, &mask).ok()) return;
  for (const std::string& path : mask.paths()) {
    Demand(FieldMaskUtil::GetFieldDescriptors(T::descriptor(), path, nullptr), "mask " + path);
  }
  const std::string written = Write(first, version);
  T second;
  const Status status = ReadAs(written, version, &second, nullptr);
  Demand(status.ok(), written + " does not read: " + status.ToString());
  Demand(Write(second, version) == written, "written twice differently: " + written);
  if (!exact) return;
  Demand(google::protobuf::util::MessageDifferencer::Equals(first, second),
         "read differently: " + written);
}

template <typename T>
void CheckNoCrash(const std::string& json, ApiVersion version) {
  T message;
  FieldMask mask;
  const Status status = ReadAs(json, version, &message, &mask);
  Demand(status.ok() || !ReasonOf(status).empty(), "an error without a reason");
  Write(message, version);
}

void Run(uint8_t choice, const std::string& json) {
  const ApiVersion version{2, (choice & 0x10) != 0 ? 60 : 1};
  switch (choice & 7) {
    case 0:
      return CheckRoundTrip<fixture::OpenValues>(json, version, true);
    case 1:
      return CheckRoundTrip<fixture::OpenStruct>(json, version, false);
    case 2:
      return CheckNoCrash<fixture::Limits>(json, version);
    case 3:
      return CheckNoCrash<fixture::Create>(json, version);
    case 4:
      return CheckNoCrash<fixture::OpenStrings>(json, version);
    case 5:
      return CheckNoCrash<fixture::Server>(json, version);
    default:
      return CheckRoundTrip<fixture::Anything>(json, version, true);
  }
}

}  // namespace
}  // namespace tstack::contract

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  tstack::contract::Run(bytes[0], {reinterpret_cast<const char*>(bytes) + 1, size - 1});
  return 0;
}
