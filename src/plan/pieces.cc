// The pieces of a plan that are written as one text, in the file as on the command line.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/keywords.h"
#include "plan/plan.h"

namespace tt::plan {
namespace {

constexpr std::array<std::string_view, 4> kLatencies = {"ttft", "tpot", "itl", "e2e"};
constexpr std::array<std::string_view, 7> kMetrics = {
    "ttft", "tpot", "itl", "e2e", "success_rate", "output_tokens_per_s", "requests_per_s"};

bool ends_in_letter(std::string_view text) {
  return !text.empty() &&
         ((text.back() >= 'a' && text.back() <= 'z') || (text.back() >= 'A' && text.back() <= 'Z'));
}

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

Result<double> read_slo_limit(std::string_view metric, std::string_view text, bool latency) {
  if (latency) {
    // A bare number would be seconds, which is hardly ever what is meant here.
    if (!ends_in_letter(text)) {
      return bad(fmt::format("'{}' has no unit; write for example {}_p99=500ms", text, metric));
    }
    const auto limit = parse_duration(text);
    if (!limit) return std::unexpected(limit.error());
    return static_cast<double>(*limit);
  }
  const bool percent = text.ends_with('%');
  const auto limit = percent ? parse_percent(text.substr(0, text.size() - 1)) : parse_number(text);
  if (!limit || (percent && metric != "success_rate")) {
    return bad(fmt::format("'{}' is not a limit for {}; write for example {}", text, metric,
                           metric == "success_rate" ? "success_rate=99.9%" : "requests_per_s=5"));
  }
  return *limit;
}

}  // namespace

std::string unknown_word(std::string_view word, std::span<const std::string_view> good) {
  const auto near = nearest_word(word, good);
  if (!near.empty()) return fmt::format("'{}' is not known; did you mean {}?", word, near);
  return fmt::format("'{}' is not known; write one of {}", word, fmt::join(good, ", "));
}

Result<Target> parse_target(std::string_view text) {
  text = trim(text);
  Target target;
  const auto equals = text.find('=');
  std::string_view label =
      equals == std::string_view::npos ? std::string_view{} : trim(text.substr(0, equals));
  std::string_view url = equals == std::string_view::npos ? text : trim(text.substr(equals + 1));
  target.url =
      url.find("://") == std::string_view::npos ? "http://" + std::string(url) : std::string(url);
  while (target.url.ends_with('/')) target.url.pop_back();
  if (const auto fault = url_fault(target.url); !fault.empty()) {
    return bad(fault + "; a target is written vllm=http://host:8000 or http://host:8000");
  }
  if (equals != std::string_view::npos && label.empty()) {
    return bad("nothing stands before '='; a target is written vllm=http://host:8000");
  }
  const auto colon = label.rfind(':');
  const auto word = colon == std::string_view::npos ? label : trim(label.substr(colon + 1));
  const auto* engine = word.empty() ? nullptr : engine::find_engine(word);
  if (engine != nullptr) target.engine = std::string(engine->name);
  if (colon != std::string_view::npos) {
    if (engine == nullptr) return bad(unknown_engine(word));
    label = trim(label.substr(0, colon));
  }
  target.name = std::string(label.empty() ? url_host(target.url) : label);
  return target;
}

Result<Lengths> parse_lengths(std::string_view text) {
  text = trim(text);
  const auto advice = "; write for example 256, uniform(100,300) or lognormal(256,128)";
  Lengths lengths;
  if (const auto fixed = parse_number(text)) {
    lengths.mean = *fixed;
    if (auto fault = lengths_fault(lengths); !fault.empty()) return bad(std::move(fault));
    return lengths;
  }
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) {
    return bad(fmt::format("'{}' is not a length{}", text, advice));
  }
  const auto word = trim(text.substr(0, open));
  const auto kind = value_of(kLengthWords, to_lower(word));
  if (!kind) return bad(unknown_word(word, texts_of(kLengthWords)));
  lengths.kind = *kind;
  std::vector<double> values;
  for (const auto part : split(text.substr(open + 1, text.size() - open - 2), ',')) {
    const auto value = parse_number(trim(part));
    if (!value) return bad(fmt::format("'{}' in '{}' is not a number", trim(part), text));
    values.push_back(*value);
  }
  const auto bounds_at = lengths.kind == Lengths::Kind::kFixed     ? 1U
                         : lengths.kind == Lengths::Kind::kUniform ? 0U
                                                                   : 2U;
  const bool bounds = values.size() == bounds_at + 2 && lengths.kind != Lengths::Kind::kFixed;
  if (!bounds && (values.size() != bounds_at || bounds_at == 0)) {
    return bad(fmt::format("'{}' has {} number{}{}", text, values.size(),
                           values.size() == 1 ? "" : "s", advice));
  }
  if (bounds_at > 0) lengths.mean = values[0];
  if (bounds_at > 1) lengths.stddev = values[1];
  if (bounds) {
    for (const double value : {values[bounds_at], values[bounds_at + 1]}) {
      if (value < 0 || value > 4e9 || value != std::floor(value)) {
        return bad(fmt::format("'{}': the bounds must be whole numbers of tokens", text));
      }
    }
    lengths.min = static_cast<std::uint32_t>(values[bounds_at]);
    lengths.max = static_cast<std::uint32_t>(values[bounds_at + 1]);
  }
  if (auto fault = lengths_fault(lengths); !fault.empty()) return bad(std::move(fault));
  return lengths;
}

Result<Slo> parse_slo(std::string_view text) {
  Slo slo;
  slo.text = std::string(trim(text));
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) {
    return bad(fmt::format("'{}' is not an SLO; write for example ttft_p99=500ms", slo.text));
  }
  auto metric = trim(text.substr(0, equals));
  const auto limit_text = trim(text.substr(equals + 1));
  const auto suffix = metric.rfind("_p");
  const auto quantile = suffix == std::string_view::npos ? std::optional<double>{}
                                                         : parse_percent(metric.substr(suffix + 2));
  if (quantile) metric = metric.substr(0, suffix);
  const bool latency = std::ranges::find(kLatencies, metric) != kLatencies.end();
  if (std::ranges::find(kMetrics, metric) == kMetrics.end()) {
    return bad(unknown_word(metric, kMetrics));
  }
  if (latency != quantile.has_value()) {
    return bad(latency ? fmt::format("say which quantile of {0}: for example {0}_p99=500ms", metric)
                       : fmt::format("{0} has no quantiles; write {0} alone", metric));
  }
  const auto limit = read_slo_limit(metric, limit_text, latency);
  if (!limit) return std::unexpected(limit.error());
  slo.metric = std::string(metric);
  slo.limit = *limit;
  if (quantile) slo.quantile = *quantile;
  if (auto fault = slo_fault(slo); !fault.empty()) return bad(std::move(fault));
  return slo;
}

}  // namespace tt::plan
