#include "common/contract/json_text.h"

#include "common/contract/json_builder.h"

namespace tstack::contract {
namespace {

// Stops early once `out` is longer than `limit`: a message shows the beginning only.
void Write(JsonValue value, size_t limit, JsonBuilder& json) {
  switch (value.kind()) {
    case JsonKind::kNull:
      json.Null();
      return;
    case JsonKind::kBool:
      json.Bool(value.Bool());
      return;
    case JsonKind::kInt64:
      json.Int(value.Int64());
      return;
    case JsonKind::kUint64:
      json.Uint(value.Uint64());
      return;
    case JsonKind::kDouble:
      json.Double(value.Double());
      return;
    case JsonKind::kString:
      json.String(value.String().substr(0, limit));
      return;
    case JsonKind::kArray:
      json.BeginArray();
      for (const JsonValue element : value.elements()) {
        if (json.out()->size() > limit) break;
        Write(element, limit, json);
      }
      json.EndArray();
      return;
    case JsonKind::kObject:
      json.BeginObject();
      for (const JsonMember member : value.members()) {
        if (json.out()->size() > limit) break;
        json.Key(member.key);
        Write(member.value, limit, json);
      }
      json.EndObject();
  }
}

}  // namespace

std::string JoinPath(std::string_view head, std::string_view tail) {
  std::string path(head);
  if (!head.empty() && !tail.empty() && tail.front() != '[') path.push_back('.');
  path.append(tail);
  return path;
}

std::string IndexText(size_t index) { return "[" + std::to_string(index) + "]"; }

void AppendJson(JsonValue value, std::string* out) {
  JsonBuilder json(out);
  Write(value, static_cast<size_t>(-1), json);
}

std::string Shortened(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "…";
}

std::string JsonValue::Abridged(size_t limit) const {
  std::string text;
  JsonBuilder json(&text);
  Write(*this, limit + 1, json);
  return Shortened(text, limit);
}

}  // namespace tstack::contract
