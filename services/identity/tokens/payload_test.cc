#include "services/identity/tokens/payload.h"

#include <catch2/catch.hpp>

#include "services/identity/tokens/msgpack.h"

namespace tstack::identity::tokens {
namespace {

const MethodBits kMethods = MethodBits::Default();
const char kUser[] = "fad986b292c7459d81dfbe65efdce1b5";
const char kAudit[] = "2fwjCrFbQP-HSRUVfh0xbg";

Payload PayloadWith(Scope scope) {
  return {kUser, {"password"}, std::move(scope), absl::FromUnixSeconds(1'800'000'000), {kAudit}};
}

Payload RoundTrip(const Payload& payload) {
  const auto decoded = DecodePayload(EncodePayload(payload, kMethods), kMethods);
  REQUIRE(decoded.ok());
  return *decoded;
}

TEST_CASE("a payload of every scope is read back", "[unit][identity][token]") {
  using Kind = Scope::Kind;
  for (const Scope& scope : {Scope{}, Scope{Kind::kProject, kUser},
                             Scope{Kind::kProject, "not-a-uuid"}, Scope{Kind::kDomain, "default"},
                             Scope{Kind::kDomain, kUser}, Scope{Kind::kSystem, "all"}}) {
    const Payload read = RoundTrip(PayloadWith(scope));
    CHECK(read.user_id == kUser);
    CHECK(read.scope == scope);
    CHECK(read.methods == std::vector<std::string>{"password"});
    CHECK(read.expires_at == absl::FromUnixSeconds(1'800'000'000));
    CHECK(read.audit_ids == std::vector<std::string>{kAudit});
  }
}

TEST_CASE("a uuid takes 16 bytes and its exact spelling survives", "[unit][identity][token]") {
  Payload payload = PayloadWith({});
  const size_t compressed = EncodePayload(payload, kMethods).size();
  for (const std::string& odd :
       {"FAD986B292C7459D81DFBE65EFDCE1B5", "fad986b2-92c7-459d-81df-be65efdce1b5", "admin"}) {
    payload.user_id = odd;
    CHECK(RoundTrip(payload).user_id == odd);
  }
  payload.user_id = "FAD986B292C7459D81DFBE65EFDCE1B5";
  CHECK(EncodePayload(payload, kMethods).size() > compressed);
}

TEST_CASE("methods have the bits of the configured order and are listed highest first",
          "[unit][identity][token]") {
  CHECK(kMethods.Encode({"password"}) == 2);
  CHECK(kMethods.Encode({"password", "token", "password"}) == 6);
  CHECK(kMethods.Decode(6) == std::vector<std::string>{"token", "password"});
  CHECK(MethodBits({"password", "token"}).Encode({"password"}) == 1);
  CHECK(kMethods.Encode({"unknown"}) == 0);
}

TEST_CASE("payloads of kinds that are not offered, and malformed ones, are refused",
          "[unit][identity][token]") {
  CHECK_FALSE(DecodePayload("", kMethods).ok());
  CHECK_FALSE(DecodePayload(Pack(Packed{int64_t{0}}), kMethods).ok());
  CHECK_FALSE(
      DecodePayload(Pack(Packed{Packed::Array{Packed{int64_t{3}}}}), kMethods).ok());  // a trust
  auto unpacked = *Unpack(EncodePayload(PayloadWith({}), kMethods));
  auto& items = std::get<Packed::Array>(unpacked.value);
  for (Packed& item : items) {
    const Packed kept = item;
    item = Packed{Packed::Array{}};
    CHECK_FALSE(DecodePayload(Pack(unpacked), kMethods).ok());
    item = kept;
  }
  CHECK(DecodePayload(Pack(unpacked), kMethods).ok());
}

}  // namespace
}  // namespace tstack::identity::tokens
