// JSON text → values to look at. The only place that knows simdjson.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/status/status.h"

namespace tstack::contract {

enum class JsonKind : uint8_t { kNull, kBool, kInt64, kUint64, kDouble, kString, kArray, kObject };

class JsonMembers;
class JsonElements;

// A place in a JsonDocument: two words, cheap to copy, valid as long as the document lives.
class JsonValue {
 public:
  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_object() const { return kind() == JsonKind::kObject; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_string() const { return kind() == JsonKind::kString; }

  // Each asks for the kind of its name; zero of the type otherwise.
  bool Bool() const;
  int64_t Int64() const;    // kInt64
  uint64_t Uint64() const;  // kUint64: what does not fit int64; a kInt64 ≥ 0 too
  double Double() const;    // any number
  std::string_view String() const;

  // Members of an object, elements of an array; 0 for the others.
  size_t size() const;
  // nullopt if this is no object or has no such member. Linear.
  std::optional<JsonValue> Find(std::string_view key) const;
  // Empty unless this is an object / an array.
  JsonMembers members() const;
  JsonElements elements() const;

  // The value as compact JSON text, at most about `limit` bytes, for messages.
  std::string Abridged(size_t limit = 60) const;

 private:
  friend class JsonDocument;
  friend class JsonMembers;
  friend class JsonElements;
  JsonValue(const void* document, size_t index) : document_(document), index_(index) {}
  const void* document_;
  size_t index_;
};

struct JsonMember {
  std::string_view key;
  JsonValue value;
};

// for (JsonMember member : value.members()) …
class JsonMembers {
 public:
  class Iterator {
   public:
    JsonMember operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    friend class JsonMembers;
    Iterator(const void* document, size_t index) : document_(document), index_(index) {}
    const void* document_;
    size_t index_;
  };
  Iterator begin() const { return {document_, begin_}; }
  Iterator end() const { return {document_, end_}; }

 private:
  friend class JsonValue;
  JsonMembers(const void* document, size_t begin, size_t end)
      : document_(document), begin_(begin), end_(end) {}
  const void* document_;
  size_t begin_;
  size_t end_;
};

// for (JsonValue element : value.elements()) …
class JsonElements {
 public:
  class Iterator {
   public:
    JsonValue operator*() const { return {document_, index_}; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    friend class JsonElements;
    Iterator(const void* document, size_t index) : document_(document), index_(index) {}
    const void* document_;
    size_t index_;
  };
  Iterator begin() const { return {document_, begin_}; }
  Iterator end() const { return {document_, end_}; }

 private:
  friend class JsonValue;
  JsonElements(const void* document, size_t begin, size_t end)
      : document_(document), begin_(begin), end_(end) {}
  const void* document_;
  size_t begin_;
  size_t end_;
};

struct JsonLimits {
  size_t max_bytes = 1 << 20;
  size_t max_depth = 32;
};

// A parsed text. Movable; belongs to one thread at a time (parsers are kept per thread for reuse).
class JsonDocument {
 public:
  // kInvalidArgument with reason MALFORMED_JSON (syntax, UTF-8, trailing text, depth),
  // DUPLICATE_KEY (anywhere; names the key), EMPTY_BODY (nothing but white space), or
  // BODY_TOO_LARGE with kResourceExhausted.
  static StatusOr<JsonDocument> Parse(std::string_view text, const JsonLimits& limits = {});

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonValue root() const;

 private:
  struct Parser;
  struct Cache;
  explicit JsonDocument(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
};

}  // namespace tstack::contract
