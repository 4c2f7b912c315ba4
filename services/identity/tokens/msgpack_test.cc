#include "services/identity/tokens/msgpack.h"

#include <catch2/catch.hpp>

#include "common/crypto/encoding.h"

namespace tstack::identity::tokens {
namespace {

std::string HexOf(const Packed& packed) { return crypto::Hex(Pack(packed)); }

TEST_CASE("values are packed as the reference implementation packs them",
          "[unit][identity][token]") {
  CHECK(HexOf(Packed{nullptr}) == "c0");
  CHECK(HexOf(Packed{true}) == "c3");
  CHECK(HexOf(Packed{int64_t{127}}) == "7f");
  CHECK(HexOf(Packed{int64_t{-1}}) == "ff");
  CHECK(HexOf(Packed{int64_t{128}}) == "cc80");
  CHECK(HexOf(Packed{int64_t{65536}}) == "ce00010000");
  CHECK(HexOf(Packed{1.5}) == "cb3ff8000000000000");
  CHECK(HexOf(Packed{std::string("all")}) == "a3616c6c");
  CHECK(HexOf(Packed{Packed::Bytes{"ab"}}) == "c4026162");
  CHECK(HexOf(Packed{Packed::Array{Packed{false}, Packed{std::string()}}}) == "92c2a0");
}

TEST_CASE("what was packed is read back", "[unit][identity][token]") {
  for (const int64_t number : {int64_t{0}, int64_t{-33}, int64_t{300}, int64_t{70000},
                               int64_t{1} << 40, INT64_MIN, INT64_MAX}) {
    const auto read = Unpack(Pack(Packed{number}));
    REQUIRE(read.ok());
    CHECK(std::get<int64_t>(read->value) == number);
  }
  for (const size_t size : {0, 31, 32, 255, 256, 70000}) {
    const std::string text(size, 'x');
    CHECK(std::get<std::string>(Unpack(Pack(Packed{text}))->value) == text);
    CHECK(std::get<Packed::Bytes>(Unpack(Pack(Packed{Packed::Bytes{text}}))->value).value == text);
  }
  const Packed::Array many(20, Packed{int64_t{7}});
  CHECK(std::get<Packed::Array>(Unpack(Pack(Packed{many}))->value).size() == 20);
}

TEST_CASE("every truncation and every foreign kind is refused", "[unit][identity][token]") {
  const std::string bytes = Pack(
      Packed{Packed::Array{Packed{int64_t{70000}}, Packed{std::string(40, 'x')}, Packed{2.5}}});
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(Unpack(bytes.substr(0, size)).ok());
  CHECK_FALSE(Unpack(bytes + "x").ok());
  CHECK_FALSE(Unpack("\x81\x01\x02").ok());           // a map
  CHECK_FALSE(Unpack("\xdd\xff\xff\xff\xff").ok());   // an array longer than the input
  CHECK_FALSE(Unpack(std::string(20, '\x91')).ok());  // nested without end
}

}  // namespace
}  // namespace tstack::identity::tokens
