#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <numeric>

#include <fmt/format.h>

#include "base/safe_text.h"

namespace tt {
namespace {

struct DurationUnit {
  std::string_view suffix;
  Nanos nanos;
};
// Longest suffix first among those that end alike.
constexpr std::array kUnits = {DurationUnit{"ns", 1},
                               DurationUnit{"us", kMicrosecond},
                               DurationUnit{"ms", kMillisecond},
                               DurationUnit{"s", kSecond},
                               DurationUnit{"m", 60 * kSecond},
                               DurationUnit{"h", 3600 * kSecond},
                               DurationUnit{"d", 24 * 3600 * kSecond}};

std::string group_thousands(std::string digits) {
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  }
  return digits;
}

std::tm utc(Nanos realtime) {
  const std::time_t seconds = realtime / kSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

std::optional<double> parse_percent(std::string_view text) {
  return parse_number(std::string(trim(text)) + "e-2");  // the exponent is moved in the text
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

Result<Nanos> parse_duration(std::string_view text) {
  const std::string_view trimmed = trim(text);
  double value = 0;
  const auto [end, ec] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
  const auto bad = [&] {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is not a duration; write for example 500ms, 60s or 2m", trimmed));
  };
  if (ec != std::errc{} || !std::isfinite(value) || value < 0) return bad();
  std::string_view unit(end, static_cast<std::size_t>(trimmed.data() + trimmed.size() - end));
  unit = trim(unit);
  Nanos scale = unit.empty() ? kSecond : 0;
  for (const auto& u : kUnits) {
    if (unit == u.suffix) scale = u.nanos;
  }
  const double nanos = value * static_cast<double>(scale);
  if (scale == 0 || nanos > 9.2e18) return bad();
  return static_cast<Nanos>(nanos + 0.5);
}

std::string format_duration(Nanos d) {
  for (const auto& u : {kUnits[3], kUnits[2], kUnits[1]}) {
    if (d % u.nanos == 0) return fmt::format("{}{}", d / u.nanos, u.suffix);
  }
  return fmt::format("{}ns", d);
}

std::string format_number(double value) {
  if (!std::isfinite(value)) return "-";
  if (value == 0) return "0";
  const double size = std::fabs(value);
  const char* sign = value < 0 ? "-" : "";
  if (size >= 99.95) {
    // Three significant digits at least; whole numbers above that.
    return sign + group_thousands(fmt::format("{:.0f}", size));
  }
  const int decimals = size >= 9.995    ? 1
                       : size >= 0.9995 ? 2
                                        : 2 - static_cast<int>(std::floor(std::log10(size)));
  return fmt::format("{}{:.{}f}", sign, size, std::min(decimals, 9));
}

std::string format_count(std::uint64_t value) { return group_thousands(fmt::format("{}", value)); }

void append_json_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
      text.remove_prefix(1);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      switch (c) {
        case '\n':
          out += "\\n";
          break;
        case '\r':
          out += "\\r";
          break;
        case '\t':
          out += "\\t";
          break;
        default:
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      }
      text.remove_prefix(1);
    } else if (const std::size_t length = utf8_length(text); length > 0) {
      out += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    }
  }
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  append_json_escaped(out, text);
  out += '"';
  return out;
}

std::string shell_word(std::string_view word) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("%+,-./:=@_").find(c) != std::string_view::npos;
  };
  // "=x" at the beginning is a command's path to zsh.
  if (!word.empty() && word.front() != '=' && std::ranges::all_of(word, is_safe)) {
    return std::string(word);
  }
  const bool spelled = std::ranges::any_of(word, is_control);
  std::string out = spelled ? "$'" : "'";
  for (const char c : word) {
    if (c == '\0') continue;
    if (spelled && is_control(c)) {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else if (spelled && (c == '\'' || c == '\\')) {
      out += '\\';
      out += c;
    } else if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= n ? kLetters[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && to_lower(a) == to_lower(b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestWord = 100;  // the time goes with the product of both lengths
  if (word.size() > kLongestWord) return {};
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 2;
  std::vector<std::size_t> row;
  for (const auto candidate : candidates) {
    if (candidate.size() > 2 * kLongestWord) continue;
    row.resize(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t change = diagonal + (word[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
      }
    }
    const std::size_t limit = std::max(word.size(), candidate.size()) / 3 + 1;
    if (row.back() < best_distance && row.back() <= limit) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::string format_utc(Nanos realtime) {
  const std::tm t = utc(realtime);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, realtime % kSecond / kMillisecond);
}

std::string format_stamp(Nanos realtime) {
  const std::tm t = utc(realtime);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace tt
