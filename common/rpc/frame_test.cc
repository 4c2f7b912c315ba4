#include "common/rpc/frame.h"

#include <catch2/catch.hpp>

#include "common/rpc/testing/echo_server.h"

namespace tstack::rpc {

TEST_CASE("items come out of a frame as they went in, empty ones too", "[unit][rpc]") {
  std::string frame;
  for (const size_t size : {0u, 1u, 127u, 128u, 70'000u}) {
    AppendItem(frame, size == 0 ? Text() : MakeText(std::string(size, 'x')));
  }
  FrameReader reader(std::move(frame));
  for (const size_t size : {0u, 1u, 127u, 128u, 70'000u}) {
    REQUIRE_FALSE(reader.AtEnd());
    auto bytes = reader.Next();
    REQUIRE(bytes.ok());
    Text item;
    REQUIRE(item.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())));
    CHECK(item.text().size() == size);
  }
  CHECK(reader.AtEnd());
}

TEST_CASE("a frame that is cut anywhere is an error, not a crash", "[unit][rpc]") {
  std::string frame;
  AppendItem(frame, MakeText(std::string(200, 'x')));
  for (size_t size = 1; size < frame.size(); ++size) {
    FrameReader reader(frame.substr(0, size));
    CHECK(ReasonOf(reader.Next().status()) == "BAD_FRAME");
  }
  CHECK(ReasonOf(FrameReader("\xff\xff\xff\xff\xff\xff").Next().status()) == "BAD_FRAME");
}

}  // namespace tstack::rpc
