#include "plan/pause.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/keywords.h"

namespace tt::plan {
namespace {

using Kind = Pause::Kind;

constexpr std::array kPauseWords = {Word{"fixed", Kind::kFixed}, Word{"uniform", Kind::kUniform},
                                    Word{"exponential", Kind::kExponential},
                                    Word{"normal", Kind::kNormal},
                                    Word{"lognormal", Kind::kLognormal}};

// How many durations stand before the bounds.
std::size_t moments_of(Kind kind) {
  switch (kind) {
    case Kind::kUniform:
      return 0;
    case Kind::kFixed:
    case Kind::kExponential:
      return 1;
    case Kind::kNormal:
    case Kind::kLognormal:
      return 2;
  }
  return 0;
}

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

Result<std::vector<Nanos>> read_durations(std::string_view inside) {
  std::vector<Nanos> values;
  for (const auto part : split(inside, ',')) {
    const auto value = parse_duration(trim(part));
    if (!value) return std::unexpected(value.error());
    values.push_back(*value);
  }
  return values;
}

}  // namespace

Result<Pause> parse_pause(std::string_view text) {
  text = trim(text);
  Pause pause;
  const auto open = text.find('(');
  if (open == std::string_view::npos) {
    const auto fixed = parse_duration(text);
    if (!fixed) {
      return bad(fmt::format("{}; write for example 2s, uniform(1s,5s) or lognormal(8s,4s)",
                             fixed.error().message));
    }
    pause.mean = *fixed;
  } else {
    if (!text.ends_with(')')) return bad(fmt::format("'{}' has '(' without ')'", text));
    const auto word = to_lower(trim(text.substr(0, open)));
    const auto kind = value_of(kPauseWords, word);
    if (!kind) return bad(unknown_word(word, texts_of(kPauseWords)));
    pause.kind = *kind;
    const auto values = read_durations(text.substr(open + 1, text.size() - open - 2));
    if (!values) return bad(values.error().message);
    const std::size_t moments = moments_of(pause.kind);
    const bool bounds = values->size() == moments + 2 && pause.kind != Kind::kFixed;
    if (!bounds && (values->size() != moments || moments == 0)) {
      return bad(
          fmt::format("'{}' has {} durations; write for example uniform(1s,5s) or "
                      "lognormal(8s,4s)",
                      text, values->size()));
    }
    if (moments > 0) pause.mean = (*values)[0];
    if (moments > 1) pause.stddev = (*values)[1];
    if (bounds) {
      pause.min = (*values)[moments];
      pause.max = (*values)[moments + 1];
    }
  }
  if (auto fault = pause_fault(pause); !fault.empty()) return bad(std::move(fault));
  return pause;
}

std::string format_pause(const Pause& pause) {
  if (pause.kind == Kind::kFixed) return format_duration(pause.mean);
  std::string out = fmt::format("{}(", word_of(kPauseWords, pause.kind));
  const char* separator = "";
  const auto add = [&](Nanos value) {
    out += std::exchange(separator, ",") + format_duration(value);
  };
  const std::size_t moments = moments_of(pause.kind);
  if (moments > 0) add(pause.mean);
  if (moments > 1) add(pause.stddev);
  const Pause defaults;
  if (moments == 0 || pause.min != defaults.min || pause.max != defaults.max) {
    add(pause.min);
    add(pause.max);
  }
  return out + ")";
}

std::string pause_fault(const Pause& pause) {
  if (pause.min < 0 || pause.max > Pause::kLongest || pause.min > pause.max) {
    return fmt::format("bounds must be 0s <= min <= max <= 24h, not {} and {}",
                       format_duration(pause.min), format_duration(pause.max));
  }
  if (pause.kind == Kind::kUniform) return {};
  // The logarithm of nothing is no length of time.
  const Nanos least = pause.kind == Kind::kLognormal ? std::max<Nanos>(pause.min, 1) : pause.min;
  if (pause.mean < least || pause.mean > pause.max) {
    return fmt::format("must lie from {} to {}, not {}", format_duration(least),
                       format_duration(pause.max), format_duration(pause.mean));
  }
  if (pause.stddev < 0 || pause.stddev > Pause::kLongest) {
    return "the standard deviation must lie from 0s to 24h";
  }
  return {};
}

Nanos draw_pause(const Pause& pause, Rng& rng) {
  auto value = static_cast<double>(pause.mean);
  switch (pause.kind) {
    case Kind::kFixed:
      break;
    case Kind::kUniform:
      return rng.between(pause.min, pause.max);
    case Kind::kExponential:
      value *= rng.exponential();
      break;
    case Kind::kNormal:
      value += static_cast<double>(pause.stddev) * rng.normal();
      break;
    case Kind::kLognormal:
      value = rng.lognormal(value, static_cast<double>(pause.stddev));
      break;
  }
  return static_cast<Nanos>(std::clamp(std::round(value), static_cast<double>(pause.min),
                                       static_cast<double>(pause.max)));
}

Nanos mean_pause(const Pause& pause) {
  return pause.kind == Kind::kUniform ? (pause.min + pause.max) / 2 : pause.mean;
}

}  // namespace tt::plan
