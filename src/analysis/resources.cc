#include "analysis/resources.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::analysis {
namespace {

using record::SeriesPoints;
using record::Telemetry;
using enum ResourceUnit;

/// How a figure comes from series.
enum class Way : std::uint8_t {
  kGauge,      // sum over labels
  kGaugeMean,  // mean over labels
  kGaugeMax,   // highest over labels
  kRate,       // of counters that move with requests
  kCount,      // growth of counters
  kFlow,       // rate of counters that never rest
  kEnergy,     // growth of counters that never rest
  kRatio,      // growth of one counter over that of another
  kHistogram,  // mean of a histogram
};

/// Ways to a figure; the first that the server exposes counts.
struct Recipe {
  std::string_view key;
  Way way;
  std::string_view series;
  std::string_view over = {};  // of kRatio
};

constexpr auto kSpecs = std::to_array<ResourceSpec>({
    {"kv_cache", "KV cache in use", kShare, "engine"},
    {"running", "running requests", kNumber, "engine"},
    {"waiting", "waiting requests", kNumber, "engine"},
    {"output_rate", "output tokens/s", kTokensPerSecond, "engine"},
    {"prompt_rate", "prompt tokens/s", kTokensPerSecond, "engine"},
    {"prefix_hits", "prefix-cache hits", kShare, "engine"},
    {"preemptions", "preemptions", kNumber, "engine"},
    {"spec_accepted", "drafted tokens accepted", kShare, "engine"},
    {"step_tokens", "tokens in a step", kTokens, "engine"},
    {"gpu_utilization", "GPU utilization", kShare, "gpu"},
    {"gpu_memory_busy", "GPU memory busy", kShare, "gpu"},
    {"gpu_memory", "GPU memory", kBytes, "gpu"},
    {"gpu_power", "GPU power", kWatts, "gpu"},
    {"gpu_energy", "GPU energy", kJoules, "gpu"},
    {"gpu_temperature", "GPU temperature", kCelsius, "gpu"},
    {"host_cpu", "CPU, all cores", kShare, "client"},
    {"host_memory", "memory in use", kBytes, "client"},
    {"host_receive", "received", kBytesPerSecond, "client"},
    {"host_transmit", "sent", kBytesPerSecond, "client"},
    {"client_cpu", "this program's cores", kNumber, "client"},
    {"client_memory", "this program's memory", kBytes, "client"},
});

constexpr auto kRecipes = std::to_array<Recipe>({
    {"kv_cache", Way::kGaugeMean, "kv_cache_usage"},
    {"running", Way::kGauge, "requests_running"},
    {"waiting", Way::kGauge, "requests_waiting"},
    {"output_rate", Way::kRate, "output_tokens_total"},
    {"output_rate", Way::kGauge, "output_tokens_per_second"},
    {"prompt_rate", Way::kRate, "prompt_tokens_total"},
    {"prompt_rate", Way::kGauge, "prompt_tokens_per_second"},
    {"prefix_hits", Way::kRatio, "prefix_cache_hits_total", "prefix_cache_queries_total"},
    {"prefix_hits", Way::kGaugeMean, "prefix_cache_hit_ratio"},
    {"preemptions", Way::kCount, "preemptions_total"},
    {"spec_accepted", Way::kRatio, "spec_accepted_tokens_total", "spec_draft_tokens_total"},
    {"spec_accepted", Way::kGaugeMean, "spec_accept_ratio"},
    {"step_tokens", Way::kHistogram, "step_tokens"},
    {"gpu_utilization", Way::kGaugeMean, "gpu_utilization"},
    {"gpu_memory_busy", Way::kGaugeMean, "gpu_memory_busy"},
    {"gpu_memory", Way::kGauge, "gpu_memory_used_bytes"},
    {"gpu_power", Way::kGauge, "gpu_power_watts"},
    {"gpu_energy", Way::kEnergy, "gpu_energy_joules_total"},
    {"gpu_temperature", Way::kGaugeMax, "gpu_temperature_celsius"},
    {"host_cpu", Way::kGaugeMean, "host_cpu_utilization"},
    {"host_memory", Way::kGauge, "host_memory_used_bytes"},
    {"host_receive", Way::kFlow, "host_receive_bytes_total"},
    {"host_transmit", Way::kFlow, "host_transmit_bytes_total"},
    {"client_cpu", Way::kFlow, "client_cpu_seconds_total"},
    {"client_memory", Way::kGauge, "client_memory_bytes"},
});

struct Scope {
  const Telemetry& telemetry;
  std::uint32_t target;
  std::vector<TimeWindow> windows;
};

std::string sources_of(std::span<const SeriesPoints> series) {
  std::set<std::string> names;
  for (const SeriesPoints& one : series) names.insert(one.series.source);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " + ") + name;
  return text;
}

SeriesLine line_of(std::span<const SeriesPoints> series, const Scope& s, bool rate, bool mean) {
  std::vector<SeriesLine> lines;
  for (const SeriesPoints& one : series) {
    SeriesLine line = rate ? rate_line(one, s.windows) : gauge_line(one, s.windows);
    if (!line.value.empty()) lines.push_back(std::move(line));
  }
  return lines.empty() ? SeriesLine() : combine(lines, mean);
}

void take_line(ResourceFigure& figure, SeriesLine line) {
  if (line.value.empty()) return;
  double sum = 0;
  for (const double v : line.value) sum += v;
  figure.mean = sum / static_cast<double>(line.value.size());
  figure.peak = *std::ranges::max_element(line.value);
  figure.line = std::move(line);
}

std::optional<double> growth(const Scope& s, std::uint32_t target, std::string_view name) {
  std::optional<double> total;
  for (const SeriesPoints& one : s.telemetry.of(target, name)) {
    if (const auto grew = increase(one, s.windows)) total = total.value_or(0) + *grew;
  }
  return total;
}

// A rate is over the time that readings cover, series by series; a count is what was seen of it.
void take_counters(ResourceFigure& figure, Way way, std::span<const SeriesPoints> series,
                   const Scope& s) {
  for (const SeriesPoints& one : series) {
    double seconds = 0;
    const auto grew = increase(one, s.windows, &seconds);
    if (!grew || seconds <= 0) continue;
    figure.mean = figure.mean.value_or(0) + (way == Way::kCount ? *grew : *grew / seconds);
  }
  if (!figure.mean) return;
  figure.line = line_of(series, s, true, false);
  if (way == Way::kCount || figure.line.value.empty()) return;
  figure.peak = *std::ranges::max_element(figure.line.value);
}

// What flows whatever the requests do: in the windows only, and each series scaled to all of them
// where its readings do not reach.
void take_flow(ResourceFigure& figure, Way way, std::span<const SeriesPoints> series,
               const Scope& s) {
  std::optional<double> rate;
  for (const SeriesPoints& one : series) {
    double seconds = 0;
    const auto grew = flow(one, s.windows, &seconds);
    if (grew) rate = rate.value_or(0) + *grew / seconds;
  }
  if (!rate) return;
  if (way == Way::kEnergy) {  // power is drawn, not this
    figure.mean = *rate * seconds_of(s.windows);
    return;
  }
  figure.mean = rate;
  figure.line = line_of(series, s, true, false);
  if (!figure.line.value.empty()) figure.peak = *std::ranges::max_element(figure.line.value);
}

void take_ratio(ResourceFigure& figure, const Recipe& recipe, std::uint32_t target,
                const Scope& s) {
  const auto part = growth(s, target, recipe.series);
  const auto whole = growth(s, target, recipe.over);
  if (!part || !whole || !(*whole > 0)) return;
  figure.mean = *part / *whole;
  // Between two readings likewise, where there was anything.
  const SeriesLine parts = line_of(s.telemetry.of(target, recipe.series), s, true, false);
  const SeriesLine wholes = line_of(s.telemetry.of(target, recipe.over), s, true, false);
  for (std::size_t i = 0, j = 0; i < parts.at_s.size() && j < wholes.at_s.size();) {
    if (parts.at_s[i] < wholes.at_s[j]) {
      ++i;
    } else if (wholes.at_s[j] < parts.at_s[i]) {
      ++j;
    } else {
      if (wholes.value[j] > 0) {
        figure.line.at_s.push_back(parts.at_s[i]);
        figure.line.value.push_back(std::min(1.0, parts.value[i] / wholes.value[j]));
      }
      ++i, ++j;
    }
  }
}

void follow(ResourceFigure& figure, const Recipe& recipe, const Scope& s) {
  const std::uint32_t target = figure.spec->group == "client" ? record::kNoTarget : s.target;
  if (recipe.way == Way::kHistogram) {
    const auto grown = histogram_growth(s.telemetry, target, recipe.series, s.windows);
    if (grown) figure.mean = grown->mean();
    if (grown) {
      figure.source = sources_of(s.telemetry.of(target, std::string(recipe.series) + "_count"));
    }
    return;
  }
  const auto series = s.telemetry.of(target, recipe.series);
  if (series.empty()) return;
  switch (recipe.way) {
    case Way::kGauge:
      take_line(figure, line_of(series, s, false, false));
      break;
    case Way::kGaugeMean:
      take_line(figure, line_of(series, s, false, true));
      break;
    case Way::kGaugeMax: {
      for (const SeriesPoints& one : series) {
        const auto facts = gauge_facts(one, s.windows);
        if (!facts) continue;
        figure.mean = std::max(figure.mean.value_or(facts->mean), facts->mean);
        figure.peak = std::max(figure.peak.value_or(facts->max), facts->max);
      }
      break;
    }
    case Way::kRate:
    case Way::kCount:
      take_counters(figure, recipe.way, series, s);
      break;
    case Way::kFlow:
    case Way::kEnergy:
      take_flow(figure, recipe.way, series, s);
      break;
    case Way::kRatio:
      take_ratio(figure, recipe, target, s);
      break;
    case Way::kHistogram:
      break;
  }
  if (figure.exposed()) figure.source = sources_of(series);
}

ResourceFigure make_figure(const ResourceSpec& spec, const Scope& s) {
  ResourceFigure figure{.spec = &spec, .source = "", .mean = {}, .peak = {}, .line = {}};
  for (const Recipe& recipe : kRecipes) {
    if (recipe.key == spec.key && !figure.exposed()) follow(figure, recipe, s);
  }
  return figure;
}

std::optional<double> mean_of(const std::vector<double>& values) {
  const auto there = present(values);
  if (there.empty()) return std::nullopt;
  double sum = 0;
  for (const double v : there) sum += v;
  return sum / static_cast<double>(there.size());
}

std::optional<BucketQuantile> millis(std::optional<BucketQuantile> q) {
  if (q) *q = {q->value * 1e3, q->low * 1e3, q->high * 1e3, q->lower_bound};
  return q;
}

struct LatencySpec {
  std::string_view key;
  std::string_view title;
  std::string_view series;
  std::optional<MetricId> client;
};

std::vector<ServerLatency> server_latencies(const Slice& slice, const Scope& s) {
  static constexpr auto kLatencies = std::to_array<LatencySpec>({
      {"ttft", "TTFT", "ttft_seconds", MetricId::kTtft},
      {"itl", "ITL", "itl_seconds", std::nullopt},
      {"tpot", "TPOT", "tpot_seconds", MetricId::kTpot},
      {"e2e", "E2E", "e2e_seconds", MetricId::kE2e},
      {"queue", "queue", "queue_seconds", std::nullopt},
      {"prefill", "prefill", "prefill_seconds", std::nullopt},
      {"decode", "decode", "decode_seconds", std::nullopt},
      {"inference", "inference", "inference_seconds", std::nullopt},
      {"prefill_step", "prefill step", "prefill_step_seconds", std::nullopt},
      {"decode_step", "decode step", "decode_step_seconds", std::nullopt},
  });
  std::vector<ServerLatency> found;
  for (const LatencySpec& spec : kLatencies) {
    const auto grown = histogram_growth(s.telemetry, s.target, spec.series, s.windows);
    if (!grown) continue;
    ServerLatency latency{
        .key = spec.key,
        .title = spec.title,
        .source = sources_of(s.telemetry.of(s.target, std::string(spec.series) + "_count")),
        .count = grown->count,
        .mean_ms = *grown->mean() * 1e3,
        .p50 = millis(bucket_quantile(0.5, grown->buckets)),
        .p99 = millis(bucket_quantile(0.99, grown->buckets)),
        .client_mean_ms = {}};
    if (spec.client) latency.client_mean_ms = mean_of(values(slice, *spec.client));
    found.push_back(std::move(latency));
  }
  return found;
}

// GPU energy by its counter; else power over the time.
std::optional<Energy> energy_of(const Slice& slice, const ResourcesView& view) {
  const ResourceFigure* counter = view.figure("gpu_energy");
  const ResourceFigure* power = view.figure("gpu_power");
  Energy energy;
  if (counter != nullptr && counter->exposed() && *counter->mean > 0) {
    energy.joules = *counter->mean;
    energy.source = counter->source;
  } else if (power != nullptr && power->exposed()) {
    energy.joules = *power->mean * view.measured_s;
    energy.source = power->source + " over the time";
  } else {
    return std::nullopt;
  }
  if (view.measured_s > 0) energy.mean_watts = energy.joules / view.measured_s;
  double tokens = 0;
  for (const std::uint32_t row : slice.rows) tokens += slice.frame->output_tokens[row];
  if (tokens > 0 && energy.joules > 0) {
    energy.joules_per_output_token = energy.joules / tokens;
    energy.tokens_per_joule = tokens / energy.joules;
  }
  return energy;
}

// Of one source, by its scrape_up: a failure stands until the next answer.
ReadingGap gap_of(const SeriesPoints& up, std::span<const TimeWindow> windows) {
  ReadingGap gap{.source = record::label_of(up.series.labels, "source")};
  for (std::size_t i = 0; i < up.at.size(); ++i) {
    ++gap.readings;
    if (up.value[i] > 0) continue;
    ++gap.missed;
    for (const TimeWindow& w : windows) {
      const Nanos from = std::max(w.from, up.at[i]);
      const Nanos to = i + 1 < up.at.size() ? std::min(w.to, up.at[i + 1]) : w.to;
      if (to > from) gap.seconds += to_seconds(to - from);
    }
  }
  return gap;
}

Scope scope_of(const Slice& slice, const Telemetry& telemetry) {
  Scope scope{.telemetry = telemetry, .target = slice.target, .windows = {}};
  for (const Stretch& stretch : slice.stretches) {
    scope.windows.push_back({stretch.from, stretch.to});
  }
  std::ranges::sort(scope.windows, {}, &TimeWindow::from);
  return scope;
}

// --- The breakdown

struct Told {
  std::optional<double> seconds;
  std::string source;
};

Told told(const Scope& s, std::string_view name) {
  const auto grown = histogram_growth(s.telemetry, s.target, name, s.windows);
  if (!grown) return {};
  return {grown->mean(), sources_of(s.telemetry.of(s.target, std::string(name) + "_count"))};
}

// One mean less another; never below 0.
Told less(const Told& a, const Told& b) {
  if (!a.seconds || !b.seconds) return {};
  return {std::max(*a.seconds - *b.seconds, 0.0), a.source + " - " + b.source};
}

// Busy time of all requests together, for each of the client's.
Told each(const Scope& s, std::string_view name, std::uint64_t requests) {
  const auto busy = growth(s, s.target, name);
  if (!busy || requests == 0) return {};
  return {*busy / static_cast<double>(requests),
          sources_of(s.telemetry.of(s.target, name)) + " / requests"};
}

Told first_told(std::initializer_list<Told> ways) {
  for (const Told& way : ways) {
    if (way.seconds) return way;
  }
  return {};
}

void add_engine_parts(Breakdown& b, const Scope& s) {
  const Told queue = told(s, "queue_seconds");
  const Told ttft = told(s, "ttft_seconds");
  const Told prefill =
      first_told({told(s, "prefill_seconds"), less(ttft, queue), told(s, "prefill_step_seconds"),
                  each(s, "prefill_busy_seconds_total", b.n)});
  const Told decode = first_told({told(s, "decode_seconds"), less(told(s, "e2e_seconds"), ttft),
                                  less(told(s, "inference_seconds"), prefill),
                                  each(s, "decode_busy_seconds_total", b.n)});
  double known = 0;
  const auto add = [&](Part part, const Told& way) {
    BreakdownPart one{.part = part, .mean_ms = {}, .source = way.source};
    if (way.seconds) one.mean_ms = *way.seconds * 1e3;
    known += one.mean_ms.value_or(0);
    b.parts.push_back(std::move(one));
  };
  add(Part::kQueue, queue);
  add(Part::kPrefill, prefill);
  add(Part::kDecode, decode);
  b.parts.push_back(
      {.part = Part::kRest, .mean_ms = b.e2e_ms - known, .source = "what they leave of E2E"});
}

void add_reply_parts(Breakdown& b, const MeanParts& means) {
  b.by_reply = true;
  for (const Part part : {Part::kQueue, Part::kPrefill, Part::kDecode, Part::kRest}) {
    BreakdownPart one{.part = part, .mean_ms = {}, .source = "each reply's own times"};
    for (const auto& entry : means.entries) {
      if (entry.part == part) one.mean_ms = entry.mean_ms;
    }
    if (!one.mean_ms) one.source.clear();
    if (part == Part::kRest) one.source = "what they leave of E2E";
    b.parts.push_back(std::move(one));
  }
}

Breakdown breakdown_of(const Slice& slice, const Scope& s) {
  Breakdown b;
  const MeanParts means = mean_parts(slice);
  const auto e2e = mean_of(values(slice, MetricId::kE2e));
  b.n = means.n;
  if (b.n == 0 || !e2e) return b;
  b.e2e_ms = *e2e;
  if (means.engine_told) {
    add_reply_parts(b, means);
  } else {
    add_engine_parts(b, s);
  }
  return b;
}

std::string bytes_text(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return fmt::format("{} {}", format_number(bytes), kUnits[unit]);
}

}  // namespace

std::span<const ResourceSpec> resource_specs() { return kSpecs; }

const BreakdownPart* Breakdown::of(Part part) const {
  const auto found = std::ranges::find(parts, part, &BreakdownPart::part);
  return found == parts.end() ? nullptr : &*found;
}

bool Breakdown::complete() const {
  return std::ranges::all_of(std::array{Part::kQueue, Part::kPrefill, Part::kDecode},
                             [&](Part part) {
                               const BreakdownPart* one = of(part);
                               return one != nullptr && one->mean_ms.has_value();
                             });
}

const ResourceFigure* ResourcesView::figure(std::string_view key) const {
  const auto found =
      std::ranges::find(figures, key, [](const ResourceFigure& f) { return f.spec->key; });
  return found == figures.end() ? nullptr : &*found;
}

ResourcesView make_resources(const Slice& slice, const Telemetry& telemetry) {
  const Scope scope = scope_of(slice, telemetry);
  ResourcesView view;
  view.measured_s = seconds_of(scope.windows);
  for (const SeriesPoints& up : telemetry.of(slice.target, "scrape_up")) {
    ReadingGap gap = gap_of(up, scope.windows);
    view.readings += gap.readings - gap.missed;
    view.missed += gap.missed;
    if (gap.missed > 0) view.gaps.push_back(std::move(gap));
  }
  for (const ResourceSpec& spec : kSpecs) view.figures.push_back(make_figure(spec, scope));
  view.latencies = server_latencies(slice, scope);
  view.breakdown = breakdown_of(slice, scope);
  view.energy = energy_of(slice, view);
  view.server_requests = growth(scope, scope.target, "requests_finished_total");
  return view;
}

std::vector<std::optional<double>> joules_per_output_token(std::span<const record::Row> rows,
                                                           const Telemetry& telemetry,
                                                           std::size_t targets) {
  std::vector<std::optional<double>> joules(targets);
  if (telemetry.empty()) return joules;
  const record::Frame frame = record::make_frame(rows);
  for (const Slice& slice : make_slices(frame, targets)) {
    const auto energy = make_resources(slice, telemetry).energy;
    if (energy) joules[slice.target] = energy->joules_per_output_token;
  }
  return joules;
}

std::vector<std::optional<double>> prefix_cache_shares(std::span<const record::Row> rows,
                                                       const Telemetry& telemetry,
                                                       std::size_t targets) {
  std::vector<std::optional<double>> shares(targets);
  const record::Frame frame = record::make_frame(rows);
  for (const Slice& slice : make_slices(frame, targets)) {
    double cached = 0;
    double input = 0;
    for (const std::uint32_t row : slice.rows) {
      cached += frame.cached_tokens[row];
      input += frame.input_tokens[row];
    }
    if (cached > 0 && input > 0) {
      shares[slice.target] = cached / input;
    } else {
      const ResourceSpec& spec = *std::ranges::find(kSpecs, "prefix_hits", &ResourceSpec::key);
      shares[slice.target] = make_figure(spec, scope_of(slice, telemetry)).mean;
    }
  }
  return shares;
}

Breakdown latency_breakdown(const Slice& slice, const Telemetry& telemetry) {
  return breakdown_of(slice, scope_of(slice, telemetry));
}

std::string resource_text(ResourceUnit unit, double value) {
  switch (unit) {
    case ResourceUnit::kShare:
      return fmt::format("{:.1f}%", value * 100);
    case ResourceUnit::kBytes:
      return bytes_text(value);
    case ResourceUnit::kBytesPerSecond:
      return bytes_text(value) + "/s";
    case ResourceUnit::kWatts:
      return format_number(value) + " W";
    case ResourceUnit::kJoules:
      return format_number(value) + " J";
    case ResourceUnit::kCelsius:
      return format_number(value) + " C";
    case ResourceUnit::kMillis:
      return format_number(value) + " ms";
    case ResourceUnit::kNumber:
    case ResourceUnit::kTokens:
    case ResourceUnit::kTokensPerSecond:
      return format_number(value);
  }
  return {};
}

}  // namespace tt::analysis
