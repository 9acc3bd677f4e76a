#include "import/number.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace tt::import {
namespace {

constexpr std::array<double, 16> kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Plain decimals of at most 15 digits: digits and power are both exact doubles, so that their
// quotient is correctly rounded (Clinger's fast path). False where the text is anything else.
bool parse_plain(std::string_view text, double& value) {
  const bool negative = text.front() == '-';
  std::uint64_t digits = 0;
  int count = 0;
  int decimals = -1;
  for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
      ++count;
      if (decimals >= 0) ++decimals;
    } else if (c == '.' && decimals < 0) {
      decimals = 0;
    } else {
      return false;
    }
    if (count > 15) return false;
  }
  if (count == 0) return false;
  value = static_cast<double>(digits);
  if (decimals > 0) value /= kPowers[static_cast<std::size_t>(decimals)];
  if (negative) value = -value;
  return true;
}

// Takes `count` digits off the front; -1 where there are fewer.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Nanos> civil(int year, int month, int day, int hour, int minute, int second) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || year < 1970 || year > 2200 || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  const auto days = sys_days(date).time_since_epoch().count();
  return ((Nanos{days} * 24 + hour) * 60 + minute) * 60 * kSecond + second * kSecond;
}

// ".123456789": nanoseconds; further digits are passed over.
Nanos take_fraction(std::string_view& text) {
  if (!take(text, ".,")) return 0;
  Nanos value = 0;
  Nanos unit = kSecond / 10;
  while (!text.empty() && is_digit(text.front())) {
    value += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return value;
}

// "Z", "+02:00", "+0200" or nothing: nanoseconds to take off.
std::optional<Nanos> take_zone(std::string_view& text) {
  if (text.empty() || take(text, "Zz")) return 0;
  const bool west = text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const int hours = take_digits(text, 2);
  take(text, ":");
  const int minutes = text.empty() ? 0 : take_digits(text, 2);
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return std::nullopt;
  const Nanos offset = (Nanos{hours} * 60 + minutes) * 60 * kSecond;
  return west ? -offset : offset;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && (text.front() <= ' ' || text.back() <= ' ')) text = trim(text);
  if (text.empty()) return std::nullopt;
  double value = 0;
  if (parse_plain(text, value)) return value;
  if (text.front() == '+') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [at, ec] = std::from_chars(text.data(), end, value);
  if (ec != std::errc{} || at != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Nanos> parse_iso_instant(std::string_view text) {
  text = trim(text);
  const int year = take_digits(text, 4);
  if (!take(text, "-")) return std::nullopt;
  const int month = take_digits(text, 2);
  if (!take(text, "-")) return std::nullopt;
  const int day = take_digits(text, 2);
  int hour = 0;
  int minute = 0;
  int second = 0;
  Nanos fraction = 0;
  if (take(text, "Tt ")) {
    hour = take_digits(text, 2);
    if (!take(text, ":")) return std::nullopt;
    minute = take_digits(text, 2);
    if (take(text, ":")) {
      second = take_digits(text, 2);
      fraction = take_fraction(text);
    }
  }
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  const auto zone = take_zone(text);
  const auto base = civil(year, month, day, hour, minute, second);
  if (!zone || !base || !text.empty()) return std::nullopt;
  return *base + fraction - *zone;
}

std::optional<Nanos> epoch_instant(double value) {
  constexpr double kEarliest = 978'307'200;  // 2001
  constexpr double kLatest = 4'102'444'800;  // 2100
  for (const double unit : {1e9, 1e6, 1e3, 1.0}) {
    const double seconds = value * unit / 1e9;
    if (seconds >= kEarliest && seconds < kLatest) {
      return unit == 1e9 ? nanos_of_seconds(value) : static_cast<Nanos>(value * unit);
    }
  }
  return std::nullopt;
}

Nanos nanos_of_seconds(double seconds) {
  const double whole = std::floor(seconds);
  return static_cast<Nanos>(whole) * kSecond + std::llround((seconds - whole) * 1e9);
}

std::optional<Nanos> parse_stamp(std::string_view text) {
  const int year = take_digits(text, 4);
  const int month = take_digits(text, 2);
  const int day = take_digits(text, 2);
  if (!take(text, "-_T")) return std::nullopt;
  const int hour = take_digits(text, 2);
  const int minute = take_digits(text, 2);
  const int second = take_digits(text, 2);
  if (!text.empty() || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
    return std::nullopt;
  }
  return civil(year, month, day, hour, minute, second);
}

}  // namespace tt::import
