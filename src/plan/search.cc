#include "plan/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/keywords.h"

namespace tt::plan {
namespace {

constexpr std::array<std::string_view, 5> kMetrics = {"ttft", "tpot", "e2e", "output_tokens_per_s",
                                                      "requests_per_s"};
constexpr std::string_view kLoadAdvice =
    "write for example 1,2,4,8 or 1..64x2, 10..50+10, 1..100/7";

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

bool is_rate(std::string_view metric) { return metric.ends_with("_per_s"); }

// "ttft_p99" or "p99_ttft" into the two; the quantile's digits are empty where there is none.
struct Named {
  std::string_view metric;
  std::string_view digits;
};
Named cut_name(std::string_view name) {
  const auto digits = [](std::string_view word) {
    return word.size() > 1 && word[0] == 'p' && word[1] >= '0' && word[1] <= '9'
               ? word.substr(1)
               : std::string_view{};
  };
  const auto first = name.find('_');
  if (first != std::string_view::npos) {
    if (const auto p = digits(name.substr(0, first)); !p.empty()) {
      return {name.substr(first + 1), p};
    }
    const auto last = name.rfind('_');
    if (const auto p = digits(name.substr(last + 1)); !p.empty()) return {name.substr(0, last), p};
  }
  return {name, {}};
}

// "10..50+10", "1..64x2", "1..100/7"; nullopt where `text` is none of them.
struct Range {
  double low;
  double high;
  char kind;
  double step;
};
std::optional<Range> range_of(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return {};
  const auto rest = text.substr(dots + 2);
  const auto sign = rest.find_first_of("+x*/");
  if (sign == std::string_view::npos) return {};
  const auto low = parse_number(trim(text.substr(0, dots)));
  const auto high = parse_number(trim(rest.substr(0, sign)));
  const auto step = parse_number(trim(rest.substr(sign + 1)));
  if (!low || !high || !step) return {};
  return Range{*low, *high, rest[sign] == '*' ? 'x' : rest[sign], *step};
}

std::string range_fault(const Range& range, std::string_view text) {
  if (!(range.low > 0 && range.low < range.high)) {
    return fmt::format("'{}': a range goes from a number above 0 to a higher one", text);
  }
  const bool good = range.kind == '+'   ? range.step > 0
                    : range.kind == 'x' ? range.step > 1
                                        : range.step >= 2 && range.step == std::floor(range.step);
  if (!good) {
    return fmt::format("'{}': a step is above 0, a factor above 1, a number of loads at least 2",
                       text);
  }
  const double steps = range.kind == '+'   ? (range.high - range.low) / range.step
                       : range.kind == 'x' ? std::log(range.high / range.low) / std::log(range.step)
                                           : range.step;
  if (steps < static_cast<double>(kMostSweepRuns)) return {};
  return fmt::format("'{}' holds more than {} loads", text, kMostSweepRuns);
}

void add_range(const Range& range, std::vector<double>& loads) {
  constexpr double kRounding = 1 + 1e-9;
  for (int i = 0;; ++i) {
    double load = 0;
    if (range.kind == '+') load = range.low + i * range.step;
    if (range.kind == 'x') load = range.low * std::pow(range.step, i);
    if (range.kind == '/') {
      if (i >= static_cast<int>(range.step)) return;
      load = range.low * std::pow(range.high / range.low, i / (range.step - 1));
    }
    if (load > range.high * kRounding) return;
    loads.push_back(std::min(load, range.high));
  }
}

// Rates to six digits: 1..100/7 need not bring 2.1544346900318843.
double rounded(double load, LoadAxis axis) {
  if (axis == LoadAxis::kConcurrency) return std::round(load);
  const double scale = std::pow(10, 5 - std::floor(std::log10(load)));
  return std::round(load * scale) / scale;
}

}  // namespace

std::string_view axis_name(LoadAxis axis) {
  return axis == LoadAxis::kConcurrency ? "concurrency" : "rate";
}

Result<Precision> parse_precision(std::string_view text) {
  Precision precision;
  precision.text = std::string(trim(text));
  const auto colon = text.find(':');
  const auto advice = "write for example ttft_p99:5%";
  if (colon == std::string_view::npos) {
    return bad(fmt::format("'{}' says of no figure how narrow; {}", precision.text, advice));
  }
  const auto [metric, digits] = cut_name(trim(text.substr(0, colon)));
  if (std::ranges::find(kMetrics, metric) == kMetrics.end()) {
    return bad(unknown_word(metric, kMetrics));
  }
  precision.metric = std::string(metric);
  if (is_rate(metric) != digits.empty()) {
    return bad(is_rate(metric) ? fmt::format("{0} has no quantiles; write {0}:5%", metric)
                               : fmt::format("say which quantile of {0}: {0}_p99:5%", metric));
  }
  if (!digits.empty()) precision.quantile = parse_percent(digits).value_or(-1);
  const auto width = trim(text.substr(colon + 1));
  const auto half =
      width.ends_with('%') ? parse_percent(width.substr(0, width.size() - 1)) : parse_number(width);
  if (!half) return bad(fmt::format("'{}' is no share; {}", width, advice));
  precision.half_width = *half;
  if (auto fault = precision_fault(precision); !fault.empty()) return bad(std::move(fault));
  return precision;
}

std::string precision_fault(const Precision& precision) {
  if (!(precision.quantile > 0 && precision.quantile < 1)) {
    return fmt::format("'{}': the quantile must lie between p0 and p100, for example p99",
                       precision.text);
  }
  if (!(precision.half_width >= 0.001 && precision.half_width <= 1)) {
    return fmt::format("'{}': the width must lie from 0.1% to 100%", precision.text);
  }
  return {};
}

Result<std::vector<double>> parse_loads(std::string_view text, LoadAxis axis) {
  std::vector<double> loads;
  for (const auto part : split(text, ',')) {
    const auto word = trim(part);
    if (const auto number = parse_number(word)) {
      loads.push_back(*number);
      continue;
    }
    const auto range = range_of(word);
    if (!range) return bad(fmt::format("'{}' is no load; {}", word, kLoadAdvice));
    if (auto fault = range_fault(*range, word); !fault.empty()) return bad(std::move(fault));
    const std::size_t before = loads.size();
    add_range(*range, loads);
    for (std::size_t i = before; i < loads.size(); ++i) loads[i] = rounded(loads[i], axis);
  }
  std::ranges::sort(loads);
  const auto again = std::ranges::unique(loads);
  loads.erase(again.begin(), again.end());
  if (auto fault = loads_fault(loads, axis); !fault.empty()) return bad(std::move(fault));
  return loads;
}

std::string loads_fault(const std::vector<double>& loads, LoadAxis axis) {
  if (loads.empty()) return fmt::format("holds no load; {}", kLoadAdvice);
  if (loads.size() > kMostSweepRuns) {
    return fmt::format("holds {} loads; there may be {}", loads.size(), kMostSweepRuns);
  }
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const double load = loads[i];
    if (!(load >= 1e-6 && load <= 1e6)) {
      return fmt::format("{} is no load; it must be above 0 and at most 1000000", load);
    }
    if (axis == LoadAxis::kConcurrency && load != std::floor(load)) {
      return fmt::format("{} is no concurrency; it must be a whole number", load);
    }
    if (i > 0 && load <= loads[i - 1]) return "must rise from load to load";
  }
  return {};
}

}  // namespace tt::plan
