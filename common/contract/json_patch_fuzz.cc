// A patch that reads OK, written again from its operations, means the same.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_replace.h"
#include "google/protobuf/util/message_differencer.h"

#include "common/contract/json_builder.h"
#include "common/contract/json_patch.h"
#include "common/contract/json_values.h"
#include "testdata/plan_fixture.pb.h"

namespace tstack::contract {
namespace {

using google::protobuf::util::MessageDifferencer;

void Demand(bool condition, const std::string& what) {
  if (condition) return;
  fprintf(stderr, "property broken: %s\n", what.c_str());
  abort();
}

std::string WritePatch(const api::PatchOperations& operations) {
  static constexpr const char* kWords[] = {"add", "replace", "remove"};
  std::string text;
  JsonBuilder json(&text);
  json.BeginArray();
  for (const api::PatchOperation& operation : operations.operations()) {
    std::string pointer;
    for (const std::string& token : operation.path()) {
      pointer += "/" + absl::StrReplaceAll(token, {{"~", "~0"}, {"/", "~1"}});
    }
    json.BeginObject().Key("op").String(kWords[operation.op()]).Key("path").String(pointer);
    if (operation.has_value()) {
      json.Key("value");
      WriteProtoValue(operation.value(), json);
    }
    json.EndObject();
  }
  json.EndArray();
  return text;
}

StatusOr<PatchResult> Read(const std::string& text, PatchStyle style, fixture::OpenStrings* out) {
  static const auto* plans = [] {
    auto* set = new PlanSet;
    set->Add(fixture::OpenStrings::descriptor());
    return set;
  }();
  ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Parse(text));
  return ReadPatch(document.root(), style, *plans->Find(fixture::OpenStrings::descriptor()), {},
                   out);
}

void Run(PatchStyle style, const std::string& text) {
  fixture::OpenStrings first;
  const StatusOr<PatchResult> result = Read(text, style, &first);
  Demand(result.ok() || !ReasonOf(result.status()).empty(), "an error without a reason");
  if (!result.ok()) return;
  const std::string written = WritePatch(result->operations);
  fixture::OpenStrings second;
  const StatusOr<PatchResult> again = Read(written, PatchStyle::kPointer, &second);
  Demand(again.ok(), written + " does not read: " + again.status().ToString());
  Demand(MessageDifferencer::Equals(first, second), "read differently: " + written);
  Demand(again->removed == result->removed, "other removals: " + written);
  Demand(MessageDifferencer::Equals(again->mask, result->mask), "another mask: " + written);
}

}  // namespace
}  // namespace tstack::contract

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  using tstack::contract::PatchStyle;
  const PatchStyle style = (bytes[0] & 1) != 0 ? PatchStyle::kLegacy : PatchStyle::kPointer;
  tstack::contract::Run(style, {reinterpret_cast<const char*>(bytes) + 1, size - 1});
  return 0;
}
