#include "services/identity/tokens/msgpack.h"

#include <bit>
#include <utility>

namespace tstack::identity::tokens {
namespace {

constexpr int kMaxDepth = 8;

Status Malformed(std::string_view what) {
  return Error(StatusCode::kInvalidArgument, "MSGPACK_MALFORMED", what);
}

class Writer {
 public:
  void Write(const Packed& packed) {
    std::visit([this](const auto& value) { Put(value); }, packed.value);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Byte(unsigned value) { out_.push_back(static_cast<char>(value)); }
  void BigEndian(uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) Byte((value >> shift) & 0xff);
  }
  // The shortest of the heads that a kind has; `fix` is 0 for kinds without a one-byte head.
  void Head(size_t size, unsigned fix, size_t fix_limit, unsigned head8, unsigned head16,
            unsigned head32) {
    if (fix != 0 && size < fix_limit) return Byte(fix | static_cast<unsigned>(size));
    if (head8 != 0 && size <= 0xff) return Byte(head8), BigEndian(size, 1);
    if (size <= 0xffff) return Byte(head16), BigEndian(size, 2);
    Byte(head32), BigEndian(size, 4);
  }

  void Put(std::nullptr_t) { Byte(0xc0); }
  void Put(bool value) { Byte(value ? 0xc3 : 0xc2); }
  void Put(double value) {
    Byte(0xcb);
    BigEndian(std::bit_cast<uint64_t>(value), 8);
  }
  void Put(int64_t value) {
    const auto bits = static_cast<uint64_t>(value);
    if (value >= -32 && value <= 127) return Byte(bits & 0xff);
    if (value < 0) return Byte(0xd3), BigEndian(bits, 8);
    if (value <= 0xff) return Byte(0xcc), BigEndian(bits, 1);
    if (value <= 0xffff) return Byte(0xcd), BigEndian(bits, 2);
    if (value <= 0xffffffff) return Byte(0xce), BigEndian(bits, 4);
    Byte(0xcf), BigEndian(bits, 8);
  }
  void Put(const std::string& text) {
    Head(text.size(), 0xa0, 32, 0xd9, 0xda, 0xdb);
    out_ += text;
  }
  void Put(const Packed::Bytes& bytes) {
    Head(bytes.value.size(), 0, 0, 0xc4, 0xc5, 0xc6);
    out_ += bytes.value;
  }
  void Put(const Packed::Array& items) {
    Head(items.size(), 0x90, 16, 0, 0xdc, 0xdd);
    for (const Packed& item : items) Write(item);
  }

  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool AtEnd() const { return rest_.empty(); }

  StatusOr<Packed> Read(int depth) {
    if (depth > kMaxDepth) return Malformed("nested too deeply");
    ASSIGN_OR_RETURN(const uint64_t head, Number(1));
    if (head <= 0x7f) return Packed{static_cast<int64_t>(head)};
    if (head >= 0xe0) return Packed{static_cast<int64_t>(static_cast<int8_t>(head))};
    if (head >= 0xa0 && head <= 0xbf) return Text(head & 0x1f);
    if (head >= 0x90 && head <= 0x9f) return Array(head & 0x0f, depth);
    return Long(head, depth);
  }

 private:
  StatusOr<Packed> Long(uint64_t head, int depth) {
    switch (head) {
      case 0xc0:
        return Packed{nullptr};
      case 0xc2:
        return Packed{false};
      case 0xc3:
        return Packed{true};
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return Sized(head - 0xc4, &Reader::Bytes);
      case 0xca:
        return Single();
      case 0xcb:
        return Double();
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return Unsigned(head - 0xcc);
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return Signed(head - 0xd0);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return Sized(head - 0xd9, &Reader::Text);
      case 0xdc:
      case 0xdd: {
        ASSIGN_OR_RETURN(const uint64_t size, Number(head == 0xdc ? 2 : 4));
        return Array(size, depth);
      }
      default:
        return Malformed("an unknown kind of value");
    }
  }

  StatusOr<uint64_t> Number(int bytes) {
    if (rest_.size() < static_cast<size_t>(bytes)) return Malformed("ends too early");
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(bytes);
    return value;
  }
  StatusOr<Packed> Sized(uint64_t width, StatusOr<Packed> (Reader::*read)(uint64_t)) {
    ASSIGN_OR_RETURN(const uint64_t size, Number(1 << width));
    return (this->*read)(size);
  }
  StatusOr<std::string> Take(uint64_t size) {
    if (rest_.size() < size) return Malformed("ends too early");
    std::string taken(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return taken;
  }
  StatusOr<Packed> Text(uint64_t size) {
    ASSIGN_OR_RETURN(std::string text, Take(size));
    return Packed{std::move(text)};
  }
  StatusOr<Packed> Bytes(uint64_t size) {
    ASSIGN_OR_RETURN(std::string bytes, Take(size));
    return Packed{Packed::Bytes{std::move(bytes)}};
  }
  StatusOr<Packed> Single() {
    ASSIGN_OR_RETURN(const uint64_t bits, Number(4));
    return Packed{static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits)))};
  }
  StatusOr<Packed> Double() {
    ASSIGN_OR_RETURN(const uint64_t bits, Number(8));
    return Packed{std::bit_cast<double>(bits)};
  }
  StatusOr<Packed> Unsigned(uint64_t width) {
    ASSIGN_OR_RETURN(const uint64_t value, Number(1 << width));
    if (value > static_cast<uint64_t>(INT64_MAX)) return Malformed("a number is too large");
    return Packed{static_cast<int64_t>(value)};
  }
  StatusOr<Packed> Signed(uint64_t width) {
    ASSIGN_OR_RETURN(const uint64_t value, Number(1 << width));
    const int unused = 64 - 8 * (1 << width);
    return Packed{static_cast<int64_t>(value << unused) >> unused};
  }
  StatusOr<Packed> Array(uint64_t size, int depth) {
    if (size > rest_.size()) return Malformed("ends too early");
    Packed::Array items;
    for (uint64_t i = 0; i < size; ++i) {
      ASSIGN_OR_RETURN(Packed item, Read(depth + 1));
      items.push_back(std::move(item));
    }
    return Packed{std::move(items)};
  }

  std::string_view rest_;
};

}  // namespace

std::string Pack(const Packed& packed) {
  Writer writer;
  writer.Write(packed);
  return writer.Take();
}

StatusOr<Packed> Unpack(std::string_view bytes) {
  Reader reader(bytes);
  ASSIGN_OR_RETURN(Packed packed, reader.Read(0));
  if (!reader.AtEnd()) return Malformed("bytes follow the value");
  return packed;
}

}  // namespace tstack::identity::tokens
