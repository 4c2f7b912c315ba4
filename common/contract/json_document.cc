#include "common/contract/json_document.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/contract/json_builder.h"
#include "common/contract/json_text.h"

namespace tstack::contract {
namespace {

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

tape_ref Ref(const void* document, size_t index) {
  return {static_cast<const simdjson::dom::document*>(document), index};
}

bool IsContainer(tape_type type) {
  return type == tape_type::START_ARRAY || type == tape_type::START_OBJECT;
}

// Index of the closing bracket of the container at `ref`.
size_t CloseOf(const tape_ref& ref) { return ref.after_element() - 1; }

// Up to this many members are compared with each other; more are sorted.
constexpr size_t kPairwiseMembers = 12;

std::optional<std::string_view> FindRepeatAmong(std::vector<std::string_view>& keys) {
  if (keys.size() <= kPairwiseMembers) {
    for (size_t i = 1; i < keys.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (keys[i] == keys[j]) return keys[i];
      }
    }
    return std::nullopt;
  }
  std::sort(keys.begin(), keys.end());
  const auto repeat = std::adjacent_find(keys.begin(), keys.end());
  return repeat == keys.end() ? std::nullopt : std::optional(*repeat);
}

// Path of the first key that its object has twice. Recursion is bounded by the parser's depth.
std::optional<std::string> FindRepeat(JsonValue value) {
  if (value.is_object()) {
    std::vector<std::string_view> keys;
    keys.reserve(value.size());
    for (const JsonMember member : value.members()) keys.push_back(member.key);
    if (const auto repeat = FindRepeatAmong(keys)) return std::string(*repeat);
    for (const JsonMember member : value.members()) {
      if (const auto inner = FindRepeat(member.value)) return JoinPath(member.key, *inner);
    }
  }
  size_t index = 0;
  for (const JsonValue element : value.elements()) {
    if (const auto inner = FindRepeat(element)) return JoinPath(IndexText(index), *inner);
    ++index;
  }
  return std::nullopt;
}

std::string Explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return "it is nested too deeply";
    case simdjson::UTF8_ERROR:
      return "it is not valid UTF-8";
    case simdjson::STRING_ERROR:
      return "a string has a bad escape";
    case simdjson::UNESCAPED_CHARS:
      return "a string has an unescaped control character";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::NUMBER_ERROR:
      return "a number is malformed or too large";
    default:
      return "syntax error";
  }
}

Status Malformed(const std::string& why) {
  return Error(StatusCode::kInvalidArgument, "MALFORMED_JSON", "malformed JSON: " + why);
}

Status Duplicate(const std::string& path) {
  const Status status =
      Error(StatusCode::kInvalidArgument, "DUPLICATE_KEY",
            "malformed JSON: the key " + JsonString(path) + " occurs more than once");
  common::v1::ErrorDetail detail = DetailOf(status);
  detail.set_field(path);
  return WithDetail(status, detail);
}

}  // namespace

// simdjson keeps its buffers between texts; larger ones are not kept.
struct JsonDocument::Parser {
  simdjson::dom::parser parser;
};

struct JsonDocument::Cache {
  static constexpr size_t kParsers = 4;
  static constexpr size_t kBytes = 256 << 10;
  std::vector<std::unique_ptr<Parser>> free;

  static Cache& OfThread() {
    thread_local Cache cache;
    return cache;
  }
  std::unique_ptr<Parser> Take() {
    if (free.empty()) return std::make_unique<Parser>();
    std::unique_ptr<Parser> parser = std::move(free.back());
    free.pop_back();
    return parser;
  }
  void Give(std::unique_ptr<Parser> parser) {
    const bool keep = free.size() < kParsers && parser->parser.capacity() <= kBytes;
    if (keep) free.push_back(std::move(parser));
  }
};

StatusOr<JsonDocument> JsonDocument::Parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error(StatusCode::kResourceExhausted, "BODY_TOO_LARGE",
                 "the body exceeds " + std::to_string(limits.max_bytes) + " bytes");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Error(StatusCode::kInvalidArgument, "EMPTY_BODY", "malformed JSON: the body is empty");
  }
  JsonDocument document(Cache::OfThread().Take());
  simdjson::dom::parser& parser = document.parser_->parser;
  // Allocation depends on depth too: the same for all callers in practice, so this is a no-op.
  const size_t capacity = std::max(parser.capacity(), text.size());
  if (parser.max_depth() != limits.max_depth || parser.capacity() < text.size()) {
    if (parser.allocate(capacity, limits.max_depth)) return Malformed("out of memory");
  }
  simdjson::dom::element root;
  const simdjson::error_code code = parser.parse(text.data(), text.size()).get(root);
  if (code != simdjson::SUCCESS) return Malformed(Explain(code));
  if (const auto repeat = FindRepeat(document.root())) return Duplicate(*repeat);
  return document;
}

JsonDocument::JsonDocument(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() {
  if (parser_ != nullptr) Cache::OfThread().Give(std::move(parser_));
}

JsonValue JsonDocument::root() const { return {&parser_->parser.doc, 1}; }

JsonKind JsonValue::kind() const {
  switch (Ref(document_, index_).tape_ref_type()) {
    case tape_type::START_OBJECT:
      return JsonKind::kObject;
    case tape_type::START_ARRAY:
      return JsonKind::kArray;
    case tape_type::STRING:
      return JsonKind::kString;
    case tape_type::INT64:
      return JsonKind::kInt64;
    case tape_type::UINT64:
      return JsonKind::kUint64;
    case tape_type::DOUBLE:
      return JsonKind::kDouble;
    case tape_type::TRUE_VALUE:
    case tape_type::FALSE_VALUE:
      return JsonKind::kBool;
    default:
      return JsonKind::kNull;
  }
}

bool JsonValue::Bool() const { return Ref(document_, index_).is_true(); }

int64_t JsonValue::Int64() const {
  const tape_ref ref = Ref(document_, index_);
  return ref.is_int64() ? ref.next_tape_value<int64_t>() : 0;
}

uint64_t JsonValue::Uint64() const {
  const tape_ref ref = Ref(document_, index_);
  if (ref.is_uint64()) return ref.next_tape_value<uint64_t>();
  return static_cast<uint64_t>(std::max<int64_t>(Int64(), 0));
}

double JsonValue::Double() const {
  const tape_ref ref = Ref(document_, index_);
  if (ref.is_double()) return ref.next_tape_value<double>();
  if (ref.is_uint64()) return static_cast<double>(ref.next_tape_value<uint64_t>());
  return static_cast<double>(Int64());
}

std::string_view JsonValue::String() const {
  const tape_ref ref = Ref(document_, index_);
  return ref.tape_ref_type() == tape_type::STRING ? ref.get_string_view() : std::string_view();
}

size_t JsonValue::size() const {
  const tape_ref ref = Ref(document_, index_);
  if (!IsContainer(ref.tape_ref_type())) return 0;
  const size_t count = ref.scope_count();
  if (count < simdjson::internal::JSON_COUNT_MASK) return count;
  // The tape's counter is saturated: count by hand.
  size_t exact = 0;
  for ([[maybe_unused]] const JsonMember member : members()) ++exact;
  for ([[maybe_unused]] const JsonValue element : elements()) ++exact;
  return exact;
}

std::optional<JsonValue> JsonValue::Find(std::string_view key) const {
  for (const JsonMember member : members()) {
    if (member.key == key) return member.value;
  }
  return std::nullopt;
}

JsonMembers JsonValue::members() const {
  const tape_ref ref = Ref(document_, index_);
  if (ref.tape_ref_type() != tape_type::START_OBJECT) return {document_, 0, 0};
  return {document_, index_ + 1, CloseOf(ref)};
}

JsonElements JsonValue::elements() const {
  const tape_ref ref = Ref(document_, index_);
  if (ref.tape_ref_type() != tape_type::START_ARRAY) return {document_, 0, 0};
  return {document_, index_ + 1, CloseOf(ref)};
}

// A member is a string (the key, one word of tape) followed by its value.
JsonMember JsonMembers::Iterator::operator*() const {
  return {Ref(document_, index_).get_string_view(), JsonValue(document_, index_ + 1)};
}

JsonMembers::Iterator& JsonMembers::Iterator::operator++() {
  index_ = Ref(document_, index_ + 1).after_element();
  return *this;
}

JsonElements::Iterator& JsonElements::Iterator::operator++() {
  index_ = Ref(document_, index_).after_element();
  return *this;
}

}  // namespace tstack::contract
