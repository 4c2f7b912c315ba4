// Writes JSON text piece by piece. Commas are its business; nesting is the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstack::contract {

// Appends to a string that must outlive it. Always valid UTF-8: broken bytes become U+FFFD; NaN and
// infinity become null.
//   JsonBuilder json(&body);
//   json.BeginObject().Key("error").BeginObject().Key("code").Int(404).EndObject().EndObject();
class JsonBuilder {
 public:
  explicit JsonBuilder(std::string* out) : out_(out) {}

  JsonBuilder& BeginObject() { return Open('{'); }
  JsonBuilder& EndObject() { return Close('}'); }
  JsonBuilder& BeginArray() { return Open('['); }
  JsonBuilder& EndArray() { return Close(']'); }
  JsonBuilder& Key(std::string_view key);
  // `key` is escaped and ends in a colon: "\"id\":".
  JsonBuilder& RawKey(std::string_view key) {
    Comma();
    out_->append(key);
    comma_ = false;
    return *this;
  }
  JsonBuilder& String(std::string_view text);
  JsonBuilder& Int(int64_t value);
  JsonBuilder& Uint(uint64_t value);
  JsonBuilder& Double(double value);
  JsonBuilder& Float(float value);  // in the fewest digits that give the float back
  JsonBuilder& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonBuilder& Null() { return Raw("null"); }
  // One complete value.
  JsonBuilder& Raw(std::string_view json) {
    Comma();
    out_->append(json);
    return *this;
  }
  // Members with or without a leading comma; "" adds nothing.
  JsonBuilder& RawMembers(std::string_view members);

  std::string* out() { return out_; }

 private:
  void Comma() {
    if (comma_) out_->push_back(',');
    comma_ = true;
  }
  JsonBuilder& Open(char bracket) {
    Comma();
    out_->push_back(bracket);
    comma_ = false;
    return *this;
  }
  JsonBuilder& Close(char bracket) {
    out_->push_back(bracket);
    comma_ = true;
    return *this;
  }

  std::string* out_;
  bool comma_ = false;
};

// `text` as a JSON string with quotes.
void AppendJsonString(std::string_view text, std::string* out);
std::string JsonString(std::string_view text);

}  // namespace tstack::contract
