#include "common/contract/timestamps.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace tstack::contract {
namespace {

constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

void AppendDigits(uint32_t value, int width, std::string* out) {
  char digits[10];
  for (int i = width - 1; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out->append(digits, width);
}

// Reads fixed-width parts of a text from left to right.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool Digits(size_t width, int& value) {
    if (rest_.size() < width) return false;
    const char* end = rest_.data() + width;
    value = 0;
    if (*rest_.data() == '-') return false;
    if (std::from_chars(rest_.data(), end, value).ptr != end) return false;
    rest_.remove_prefix(width);
    return true;
  }
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // ".123456" to nanoseconds; absent = 0.
  bool Fraction(int& nanos) {
    nanos = 0;
    if (!Take('.')) return true;
    int digits = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1)) {
      if (++digits <= 9) nanos = nanos * 10 + (rest_[0] - '0');
    }
    for (int i = digits; i < 9; ++i) nanos *= 10;
    return digits > 0;
  }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// "Z", "+05:30", "+0530", "+05" or nothing, as seconds east of UTC.
bool ReadOffset(Cursor& text, int& offset) {
  offset = 0;
  if (text.AtEnd() || text.Take('Z') || text.Take('z')) return true;
  const bool east = text.Take('+');
  if (!east && !text.Take('-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!text.Digits(2, hours)) return false;
  if (!text.AtEnd()) {
    text.Take(':');
    if (!text.Digits(2, minutes)) return false;
  }
  offset = (east ? 1 : -1) * (hours * 3600 + minutes * 60);
  return hours < 24 && minutes < 60;
}

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanos = 0;
  int offset = 0;
};

bool ReadTimeOfDay(Cursor& text, TimeOfDay& time) {
  if (text.AtEnd()) return true;
  if (!text.Take('T') && !text.Take(' ') && !text.Take('t')) return false;
  if (!text.Digits(2, time.hour) || !text.Take(':') || !text.Digits(2, time.minute)) return false;
  if (text.Take(':') && !text.Digits(2, time.second)) return false;
  return text.Fraction(time.nanos) && ReadOffset(text, time.offset) && time.hour < 24 &&
         time.minute < 60 && time.second < 60;
}

}  // namespace

void AppendTimestamp(int64_t seconds, int32_t nanos, api::Format format, std::string* out) {
  using namespace std::chrono;
  seconds = std::clamp(seconds, kFirstSecond, kLastSecond);
  nanos = std::clamp(nanos, 0, 999'999'999);
  const sys_days day = floor<days>(sys_seconds(std::chrono::seconds(seconds)));
  const year_month_day date(day);
  const auto in_day = static_cast<uint32_t>(seconds - sys_seconds(day).time_since_epoch().count());
  AppendDigits(static_cast<uint32_t>(static_cast<int>(date.year())), 4, out);
  out->push_back('-');
  AppendDigits(static_cast<unsigned>(date.month()), 2, out);
  out->push_back('-');
  AppendDigits(static_cast<unsigned>(date.day()), 2, out);
  out->push_back('T');
  AppendDigits(in_day / 3600, 2, out);
  out->push_back(':');
  AppendDigits(in_day / 60 % 60, 2, out);
  out->push_back(':');
  AppendDigits(in_day % 60, 2, out);
  if (format == api::TIMESTAMP_MICROS || format == api::TIMESTAMP_MICROS_Z) {
    out->push_back('.');
    AppendDigits(static_cast<uint32_t>(nanos / 1000), 6, out);
  }
  if (format == api::TIMESTAMP_OFFSET) {
    out->append("+00:00");
  } else if (format != api::TIMESTAMP_MICROS) {
    out->push_back('Z');
  }
}

std::optional<google::protobuf::Timestamp> ParseTimestamp(std::string_view text) {
  using namespace std::chrono;
  Cursor cursor(text);
  int year = 0;
  int month = 0;
  int day = 0;
  TimeOfDay time;
  const bool parsed = cursor.Digits(4, year) && cursor.Take('-') && cursor.Digits(2, month) &&
                      cursor.Take('-') && cursor.Digits(2, day) && ReadTimeOfDay(cursor, time);
  if (!parsed || !cursor.AtEnd() || year < 1) return std::nullopt;
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const int64_t midnight = sys_seconds(sys_days(date)).time_since_epoch().count();
  google::protobuf::Timestamp result;
  result.set_seconds(
      std::clamp(midnight + time.hour * 3600 + time.minute * 60 + time.second - time.offset,
                 kFirstSecond, kLastSecond));
  result.set_nanos(time.nanos);
  return result;
}

}  // namespace tstack::contract
