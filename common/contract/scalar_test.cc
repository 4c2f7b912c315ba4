// Formats, times, UTF-8 and numbers in text.
#include <string>

#include <catch2/catch.hpp>

#include "common/contract/scalar_text.h"
#include "common/contract/timestamps.h"
#include "common/contract/utf8.h"
#include "common/contract/validation.h"

namespace tstack::contract {
namespace {

struct FormatCase {
  api::Format format;
  const char* text;
  bool fits;
};

TEST_CASE("formats take what they name and nothing else", "[unit][contract][format]") {
  const FormatCase entry = GENERATE(values<FormatCase>({
      {api::UUID, "0f411f61-16e0-4dd7-9222-6f2e32c150ce", true},
      {api::UUID, "0f411f6116e04dd792226f2e32c150ce", true},
      {api::UUID, "0f411f6116e04dd792226f2e32c150c", false},
      {api::UUID, "", false},
      {api::DASHED_UUID, "0f411f6116e04dd792226f2e32c150ce", false},
      {api::HEX_UUID, "0f411f61-16e0-4dd7-9222-6f2e32c150ce", false},
      {api::HEX_UUID, "0f411f6116e04dd792226f2e32c150cg", false},
      {api::URL, "http://a", true},
      {api::URL, "https://h:1/%(tenant_id)s", true},
      {api::URL, "file:///x", true},
      {api::URL, "http:///x", false},
      {api::URL, "http://", false},
      {api::URL, "://x", false},
      {api::URL, "a b://x", false},
      {api::URL, "http://a b", false},
      {api::IP, "10.0.0.1", true},
      {api::IP, "fe80::1", true},
      {api::IP, "10.0.0", false},
      {api::IP, "10.0.0.256", false},
      {api::IP, "10.0.0.1/8", false},
      {api::CIDR, "10.0.0.0/8", true},
      {api::CIDR, "::/0", true},
      {api::CIDR, "10.0.0.0/33", false},
      {api::CIDR, "::/129", false},
      {api::CIDR, "10.0.0.0/", false},
      {api::CIDR, "10.0.0.0/-1", false},
      {api::CIDR, "10.0.0.0", false},
      {api::MAC, "fa:16:3e:00:00:0F", true},
      {api::MAC, "fa-16-3e-00-00-0f", true},
      {api::MAC, "fa:16-3e:00:00:0f", false},
      {api::MAC, "fa:16:3e:00:00", false},
      {api::MAC, "fa:16:3e:00:00:0g", false},
      {api::NAME, "a b é", true},
      {api::NAME, " a", false},
      {api::NAME, "a ", false},
      {api::NAME, "", false},
      {api::NAME, "a\tb", false},
      {api::NAME, "a\xC2\x85", false},
      {api::BASE64, "aGk=", true},
      {api::BASE64, "aGk", true},
      {api::BASE64, "a*b=", false},
      {api::HOSTNAME, "a-b.c", true},
      {api::HOSTNAME, "a.", true},
      {api::HOSTNAME, "-a", false},
      {api::HOSTNAME, "a..b", false},
      {api::HOSTNAME, "", false},
      {api::HOSTNAME, "a_b", true},
      {api::HOSTNAME, "a b", false},
      {api::ANY, "\t", true},
  }));
  CAPTURE(api::Format_Name(entry.format), std::string(entry.text));
  CHECK(HasFormat(entry.format, entry.text) == entry.fits);
}

TEST_CASE("long host names are refused", "[unit][contract][format]") {
  CHECK_FALSE(HasFormat(api::HOSTNAME, std::string(64, 'a')));
  std::string name = "a";
  while (name.size() < 254) name += ".a";
  CHECK_FALSE(HasFormat(api::HOSTNAME, name));
}

TEST_CASE("all spellings of a time are read", "[unit][contract][time]") {
  for (const char* text :
       {"2026-11-22T15:25:38Z", "2026-11-22T15:25:38", "2026-11-22 15:25:38",
        "2026-11-22T15:25:38.0", "2026-11-22T15:25:38+00:00", "2026-11-22T16:25:38+01:00",
        "2026-11-22T14:25:38-0100", "2026-11-22T20:55:38+05:30", "2026-11-22T16:25:38+01",
        "2026-11-22t15:25:38z"}) {
    CAPTURE(text);
    REQUIRE(ParseTimestamp(text));
    CHECK(ParseTimestamp(text)->seconds() == 1795361138);
  }
  CHECK(ParseTimestamp("2026-11-22")->seconds() == 1795305600);
  CHECK(ParseTimestamp("2026-11-22T15:25")->seconds() == 1795361100);
  CHECK(ParseTimestamp("2026-11-22T15:25:38.1234567899Z")->nanos() == 123456789);
  CHECK(ParseTimestamp("2024-02-29"));
}

TEST_CASE("what is no time is refused", "[unit][contract][time]") {
  for (const char* text :
       {"", "now", "2026", "2026-13-01", "2026-02-29", "2026-11-22T", "2026-11-22T24:00:00",
        "2026-11-22T15:60:00", "2026-11-22T15:25:61", "2026-11-22T15:25:38.",
        "2026-11-22T15:25:38+1", "2026-11-22T15:25:38Zx", "2026-11-22T15:25:38+25:00", "-026-11-22",
        "2026-1-22", "0000-01-01", "2026-11-22T15:25:38+0", "20261122"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseTimestamp(text));
  }
}

TEST_CASE("times outside every calendar are clamped", "[unit][contract][time]") {
  std::string text;
  AppendTimestamp(std::numeric_limits<int64_t>::max(), -5, api::TIMESTAMP_MICROS, &text);
  CHECK(text == "9999-12-31T23:59:59.000000");
  text.clear();
  AppendTimestamp(std::numeric_limits<int64_t>::min(), 2'000'000'000, api::TIMESTAMP_Z, &text);
  CHECK(text == "0001-01-01T00:00:00Z");
  text.clear();
  AppendTimestamp(-1, 0, api::TIMESTAMP_OFFSET, &text);
  CHECK(text == "1969-12-31T23:59:59+00:00");
}

TEST_CASE("UTF-8 is judged by RFC 3629", "[unit][contract][utf8]") {
  for (const char* good : {"", "a", "é", "€", "😀", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    CHECK(IsValidUtf8(good));
  }
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"}) {
    CHECK_FALSE(IsValidUtf8(bad));
  }
  CHECK(CountCharacters("aé€😀") == 4);
}

TEST_CASE("numbers in text are digits only", "[unit][contract][scalar]") {
  CHECK(ParseInt("-9223372036854775808") == std::numeric_limits<int64_t>::min());
  CHECK_FALSE(ParseInt("9223372036854775808"));
  CHECK_FALSE(ParseInt(""));
  CHECK_FALSE(ParseInt("+1"));
  CHECK_FALSE(ParseInt("1 "));
  CHECK(ParseUint("18446744073709551615") == std::numeric_limits<uint64_t>::max());
  CHECK_FALSE(ParseUint("-1"));
  CHECK(ParseDouble("1.5e3") == 1500.0);
  CHECK_FALSE(ParseDouble("inf"));
  CHECK_FALSE(ParseDouble("nan"));
  CHECK_FALSE(ParseDouble("1e999"));
}

TEST_CASE("query booleans are read as oslo reads them", "[unit][contract][scalar]") {
  CHECK(ParseLooseBool(" YeS ") == true);
  CHECK(ParseLooseBool("T") == true);
  CHECK(ParseLooseBool("oFF") == false);
  CHECK_FALSE(ParseLooseBool(""));
  CHECK_FALSE(ParseLooseBool("2"));
}

}  // namespace
}  // namespace tstack::contract
