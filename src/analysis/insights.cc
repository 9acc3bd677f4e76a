#include "analysis/insights.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/attainment.h"
#include "analysis/resources.h"
#include "analysis/steadiness.h"
#include "analysis/summary.h"
#include "analysis/token_effects.h"
#include "base/text.h"
#include "record/frame.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

constexpr double kCloseMargin = 0.10;  // of an objective's limit
constexpr double kDriftP = 0.05;

std::string percent(double share) { return fmt::format("{:.1f}%", share * 100); }
std::string seconds(double s) { return fmt::format("{:.0f} s", s); }

// Everything that the signals of one run are taken from.
struct Subject {
  const RunInput& run;
  RunSummary summary;
  record::Frame frame;
  std::vector<Slice> slices;
  std::vector<TargetRows> rows;
  const record::Telemetry* telemetry = nullptr;
};

Signal make(std::string name, const Subject& s, std::size_t target, double strength) {
  Signal signal;
  signal.name = std::move(name);
  signal.target = s.run.targets[target].name;
  signal.strength = strength;
  signal.tells["target"] = signal.target;
  return signal;
}

void tell(Signal& signal, const Comparison& c, std::string_view other) {
  const Metric& m = metric(c.figure.metric);
  signal.metric = figure_name(c.figure);
  signal.tells["figure"] = figure_title(c.figure);
  signal.tells["value"] = format_value(m, *c.a);
  signal.tells["other_value"] = format_value(m, *c.b);
  signal.tells["other"] = other;
  signal.tells["effect"] = effect_text(c);
}

double strength_of(const Comparison& c) {
  return c.ratio ? std::abs(*c.ratio - 1) : std::abs(c.difference.value_or(0));
}

const Comparison* find(const PairComparison& pair, const Figure& figure) {
  const auto found = std::ranges::find(pair.comparisons, figure, &Comparison::figure);
  return found == pair.comparisons.end() ? nullptr : &*found;
}

// The winner of the answer, against the other that comes nearest.
void find_winner(std::vector<Signal>& out, const Subject& s) {
  if (!s.summary.answer.winner || !s.summary.valid()) return;
  const std::size_t winner = *s.summary.answer.winner;
  std::optional<Signal> nearest;
  for (const PairComparison& pair : s.summary.pairs) {
    if (pair.a != winner && pair.b != winner) continue;
    const Comparison* found = find(pair, s.summary.answer.primary);
    if (found == nullptr || !found->ratio) continue;
    const Comparison c = pair.a == winner ? *found : mirror(*found);
    if (nearest && nearest->strength <= strength_of(c)) continue;
    nearest = make("winner", s, winner, strength_of(c));
    tell(*nearest, c, s.run.targets[pair.a == winner ? pair.b : pair.a].name);
  }
  if (nearest) out.push_back(std::move(*nearest));
}

// One gets more done, the other answers sooner.
void find_trade_offs(std::vector<Signal>& out, const Subject& s) {
  for (const PairComparison& pair : s.summary.pairs) {
    const Comparison* rate = find(pair, {.metric = MetricId::kOutputRate});
    const Comparison* ttft = find(pair, {MetricId::kTtft, 0.5});
    if (rate == nullptr || ttft == nullptr) continue;
    const bool a_works = rate->verdict == Verdict::kBetter && ttft->verdict == Verdict::kWorse;
    const bool b_works = rate->verdict == Verdict::kWorse && ttft->verdict == Verdict::kBetter;
    if (!a_works && !b_works) continue;
    Signal signal = make("trade_off", s, a_works ? pair.a : pair.b,
                         std::min(strength_of(*rate), strength_of(*ttft)));
    signal.metric = figure_name(rate->figure);
    signal.tells["other"] = s.run.targets[a_works ? pair.b : pair.a].name;
    signal.tells["rate_effect"] = effect_text(a_works ? *rate : mirror(*rate));
    signal.tells["ttft_effect"] = effect_text(a_works ? *ttft : mirror(*ttft));
    out.push_back(std::move(signal));
  }
}

void find_slos(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  for (const SloResult& slo : s.summary.targets[t].slos) {
    const bool close = slo.met && slo.margin && *slo.margin < kCloseMargin;
    if (slo.met && !close) continue;
    const Metric& m = metric(slo.slo.figure.metric);
    Signal signal =
        make(slo.met ? "slo_close" : "slo_missed", s, t, std::abs(slo.margin.value_or(0)));
    signal.metric = figure_name(slo.slo.figure);
    signal.tells["slo"] = slo.slo.text;
    signal.tells["value"] = slo.value ? format_value(m, *slo.value) : "no value";
    signal.tells["limit"] = format_value(m, slo.slo.limit);
    signal.tells["margin"] = slo.margin ? percent(*slo.margin) : "unknown";
    signal.tells["confidence"] = slo.confidence ? confidence_text(*slo.confidence) : "unknown";
    out.push_back(std::move(signal));
  }
}

void find_errors(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  const Counts& counts = s.summary.targets[t].counts;
  if (counts.failed == 0) return;
  std::size_t most = 0;
  for (std::size_t i = 1; i < counts.by_status.size(); ++i) {
    const auto status = static_cast<Status>(i);
    if (ended_by_client(status) || status == Status::kDropped) continue;
    if (most == 0 || counts.by_status[i] > counts.by_status[most]) most = i;
  }
  const double share =
      static_cast<double>(counts.failed) / static_cast<double>(counts.answerable());
  Signal signal = make("errors", s, t, share);
  signal.metric = "success_rate";
  signal.tells["share"] = percent(share);
  signal.tells["failed"] = format_count(counts.failed);
  signal.tells["answered"] = format_count(counts.answerable());
  signal.tells["status"] = status_name(static_cast<Status>(most));
  const Slice& slice = s.slices[t];
  for (const std::uint32_t row : slice.rows) {
    if (signal.rows.size() == kWorstAnomalies) break;
    if (!s.frame.ok(row)) signal.rows.push_back({row, s.frame.index[row]});
  }
  out.push_back(std::move(signal));
}

void find_degradation(std::vector<Signal>& out, const Subject& s, std::size_t t, MetricId id) {
  const Steadiness steady = steadiness(s.slices[t], id);
  const Metric& m = metric(id);
  for (const Degradation& d : steady.degradations) {
    Signal signal = make("degradation", s, t, d.excess);
    signal.metric = m.name;
    signal.from_s = d.from_s;
    signal.to_s = d.to_s;
    signal.tells["metric"] = m.title;
    signal.tells["excess"] = percent(d.excess);
    signal.tells["from"] = seconds(d.from_s);
    signal.tells["to"] = seconds(d.to_s);
    signal.tells["baseline"] = format_value(m, steady.baseline);
    signal.tells["windows"] = std::to_string(d.past - d.first);
    signal.tells["severity"] = severity_name(d.severity);
    out.push_back(std::move(signal));
  }
  const auto& drift = steady.drift;
  if (!drift || !drift->change || !drift->change_interval || drift->p_value > kDriftP) return;
  if (drift->change_interval->low <= 0 || steady.windows.empty()) return;
  const double lasted = steady.windows.back().to_s - steady.windows.front().from_s;
  if (lasted <= 0) return;
  Signal signal = make("drift", s, t, *drift->change);
  signal.metric = m.name;
  signal.from_s = steady.windows.front().from_s;
  signal.to_s = steady.windows.back().to_s;
  signal.tells["metric"] = m.title;
  signal.tells["change"] = fmt::format("{:+.1f}%", *drift->change * 100);
  signal.tells["hourly"] = fmt::format("{:.0f}%", *drift->change / lasted * 3600 * 100);
  signal.tells["p"] = fmt::format("{:.4f}", drift->p_value);
  out.push_back(std::move(signal));
}

void find_outliers(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  const Anomalies a = find_anomalies(s.slices[t], Quantity::kOutputTokens, Quantity::kE2e);
  if (a.n == 0 || a.slow == 0) return;
  Signal signal = make("outliers", s, t, static_cast<double>(a.slow) / static_cast<double>(a.n));
  signal.metric = "e2e";
  signal.tells["share"] = percent(signal.strength);
  signal.tells["count"] = format_count(a.slow);
  signal.tells["n"] = format_count(a.n);
  for (const Anomaly& one : a.worst) {
    if (one.score > 0) signal.rows.push_back(one.row);
  }
  out.push_back(std::move(signal));
}

// The tail, where there are requests enough to know it.
void find_tail(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  const Distribution* d = s.summary.targets[t].distribution(MetricId::kTtft);
  if (d == nullptr || d->n < stats::samples_needed(0.99)) return;
  const auto* p50 = d->at(0.5);
  const auto* p99 = d->at(0.99);
  if (p50 == nullptr || p99 == nullptr || p50->value <= 0) return;
  Signal signal = make("tail", s, t, p99->value / p50->value);
  const Metric& m = metric(MetricId::kTtft);
  signal.metric = "ttft_p99";
  signal.tells["metric"] = m.title;
  signal.tells["times"] = fmt::format("{:.1f}", signal.strength);
  signal.tells["p50"] = format_value(m, p50->value);
  signal.tells["p99"] = format_value(m, p99->value);
  out.push_back(std::move(signal));
}

struct TimePart {
  std::string name;
  std::string text;
  double share = 0;
  double ms = 0;
};

// The same by the engine's histograms, where they tell all three.
std::vector<TimePart> parts_of_engine(const Subject& s, std::size_t t) {
  if (s.telemetry == nullptr || s.telemetry->empty()) return {};
  const Breakdown b = latency_breakdown(s.slices[t], *s.telemetry);
  if (!b.complete() || b.e2e_ms <= 0) return {};
  struct Name {
    Part part;
    const char* name;
    const char* text;
  };
  std::vector<TimePart> parts;
  for (const Name& n : {Name{Part::kQueue, "part_queue", "Waiting before the prefill"},
                        Name{Part::kPrefill, "part_prefill", "Prefill"},
                        Name{Part::kDecode, "part_decode", "Decoding"}}) {
    const BreakdownPart& one = *b.of(n.part);
    parts.push_back({n.name, fmt::format("{}, by the engine's metrics ({}),", n.text, one.source),
                     *one.mean_ms / b.e2e_ms, *one.mean_ms});
  }
  return parts;
}

// A KV cache without room makes requests wait, or begin again.
void find_kv(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  if (s.telemetry == nullptr || s.telemetry->empty()) return;
  const ResourcesView view = make_resources(s.slices[t], *s.telemetry);
  const ResourceFigure* kv = view.figure("kv_cache");
  const ResourceFigure* preemptions = view.figure("preemptions");
  const bool again = preemptions->exposed() && *preemptions->mean > 0;
  if (!kv->exposed() || !kv->peak) return;
  Signal signal = make("kv_full", s, t, *kv->peak);
  signal.metric = "kv_cache_usage";
  signal.tells["peak"] = percent(*kv->peak);
  signal.tells["mean"] = percent(*kv->mean);
  signal.tells["source"] = kv->source;
  signal.tells["preemptions"] = again
                                    ? fmt::format("; {} requests lost their place and began again",
                                                  format_number(*preemptions->mean))
                                    : "";
  out.push_back(std::move(signal));
}

// Where a request's time goes: by the engine's own times where it tells them, else before and after
// the first token, which is told as such.
std::vector<TimePart> parts_of(const Subject& s, std::size_t t) {
  const record::Frame& f = s.frame;
  double queue = 0;
  double prefill = 0;
  double decode = 0;
  double first = 0;
  double rest = 0;
  double e2e = 0;
  std::size_t n = 0;
  std::size_t by_engine = 0;
  for (const std::uint32_t row : s.slices[t].rows) {
    if (!f.ok(row) || f.sent[row] == kNever || f.first_token[row] == kNever ||
        f.end[row] == kNever) {
      continue;
    }
    ++n;
    e2e += to_millis(f.end[row] - f.sent[row]);
    first += to_millis(f.first_token[row] - f.sent[row]);
    rest += to_millis(f.end[row] - f.first_token[row]);
    if (f.engine_prefill[row] < 0 || f.engine_decode[row] < 0) continue;
    ++by_engine;
    // What an engine does not tell of its queue is the wait for the first token less the prefill.
    const Nanos waited = f.first_token[row] - f.sent[row] - f.engine_prefill[row];
    queue += to_millis(f.engine_queue[row] >= 0 ? f.engine_queue[row] : std::max<Nanos>(waited, 0));
    prefill += to_millis(f.engine_prefill[row]);
    decode += to_millis(f.engine_decode[row]);
  }
  if (n == 0 || e2e <= 0) return {};
  const auto count = static_cast<double>(n);
  const auto part = [&](std::string name, std::string text, double sum) {
    return TimePart{std::move(name), std::move(text), sum / e2e, sum / count};
  };
  if (by_engine == n) {
    return {part("part_queue", "Waiting before the prefill, by the engine's own times,", queue),
            part("part_prefill", "Prefill, by the engine's own times,", prefill),
            part("part_decode", "Decoding, by the engine's own times,", decode)};
  }
  if (auto parts = parts_of_engine(s, t); !parts.empty()) return parts;
  return {part("part_first", "The time to the first token (queue, prefill and network)", first),
          part("part_decode", "The time after the first token", rest)};
}

void find_parts(std::vector<Signal>& out, const Subject& s, std::size_t t) {
  for (const TimePart& p : parts_of(s, t)) {
    Signal signal = make(p.name, s, t, p.share);
    signal.metric = "e2e";
    signal.tells["part_text"] = p.text;
    signal.tells["share"] = percent(p.share);
    signal.tells["ms"] = format_number(p.ms);
    out.push_back(std::move(signal));
  }
}

void find_doubts(std::vector<Signal>& out, const Subject& s) {
  if (!s.summary.client.ok && !s.run.targets.empty()) {
    Signal signal = make("client", s, 0, 1);
    signal.metric = "client_lag";
    signal.tells["text"] = s.summary.client.text;
    out.push_back(std::move(signal));
  }
  for (const Check& check : s.summary.checks) {
    const bool little = check.id == "requests" || check.id == "duration";
    if (!little || check.level == Level::kPass || !check.target) continue;
    Signal signal = make("short", s, *check.target, 1);
    signal.metric = check.id;
    signal.tells["text"] = check.text;
    out.push_back(std::move(signal));
  }
}

// Each of the run's targets against the baseline's of the same name.
void find_regressions_of(std::vector<Signal>& out, const Entry& run, const Entry& baseline) {
  const Entry entries[] = {baseline, run};
  const auto seating = seat(entries);
  if (!seating) return;
  for (const auto& table : seating->tables) {
    if (table.size() != 2 || table[0].entry == table[1].entry) continue;
    const Contest contest = hold_contest(entries, table, {});
    for (const Regression& r : contest.regressions) {
      const auto f = std::ranges::find(contest.figures, r.figure, &ContestFigure::figure);
      const Comparison& c = f->against[r.side];
      Signal signal;
      signal.name = "regression";
      signal.target = contest.sides[r.side].target;
      signal.tells["target"] = signal.target;
      signal.strength = strength_of(c);
      tell(signal, c, contest.sides[contest.baseline].run_id);
      signal.tells["p"] = fmt::format("{:.4f}", r.p_value);
      out.push_back(std::move(signal));
    }
  }
}

// {name} becomes what the signal tells; what it does not tell stays as it is, for the author of the
// rule to see.
std::string fill(std::string_view wording, const Signal& signal) {
  std::string text;
  while (!wording.empty()) {
    const std::size_t open = wording.find('{');
    const std::size_t close = open == wording.npos ? wording.npos : wording.find('}', open);
    if (close == wording.npos) break;
    text += wording.substr(0, open);
    const auto told = signal.tells.find(std::string(wording.substr(open + 1, close - open - 1)));
    text += told == signal.tells.end() ? wording.substr(open, close - open + 1)
                                       : std::string_view(told->second);
    wording.remove_prefix(close + 1);
  }
  return text + std::string(wording);
}

}  // namespace

std::string_view insight_kind_name(InsightKind kind) {
  constexpr std::string_view kNames[] = {
      "best_performer", "degradation", "outliers", "trade_off", "slo",
      "bottleneck",     "regression",  "tuning",   "forecast",  "risk"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view insight_severity_name(InsightSeverity severity) {
  constexpr std::string_view kNames[] = {"info", "notice", "warning", "critical"};
  return kNames[static_cast<std::size_t>(severity)];
}

std::vector<Signal> find_signals(const Entry& run, const Entry* baseline) {
  const std::size_t targets = run.run->targets.size();
  Subject s{.run = *run.run,
            .summary = run.summary != nullptr ? *run.summary : summarise(*run.run, run.rows),
            .frame = record::make_frame(run.rows),
            .slices = {},
            .rows = group_rows(run.rows, targets, run.run->load, run.run->load_varies),
            .telemetry = run.telemetry};
  s.slices = make_slices(s.frame, targets);
  std::vector<Signal> signals;
  find_winner(signals, s);
  find_trade_offs(signals, s);
  for (std::size_t t = 0; t < targets; ++t) {
    find_slos(signals, s, t);
    find_errors(signals, s, t);
    if (!run.run
             ->load_varies) {  // else latency follows the load, which tells nothing of the engine
      find_degradation(signals, s, t, MetricId::kTtft);
      find_degradation(signals, s, t, MetricId::kE2e);
    }
    find_outliers(signals, s, t);
    find_tail(signals, s, t);
    find_parts(signals, s, t);
    find_kv(signals, s, t);
  }
  find_doubts(signals, s);
  if (baseline != nullptr) find_regressions_of(signals, run, *baseline);
  return signals;
}

std::vector<Insight> apply_rules(std::span<const Signal> signals,
                                 std::span<const InsightRule> rules) {
  struct Ranked {
    Insight insight;
    double excess;
    std::size_t place;
  };
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const InsightRule& rule = rules[i];
    std::map<std::string, const Signal*> strongest;  // by target
    for (const Signal& signal : signals) {
      if (signal.name != rule.signal || signal.strength < rule.limit) continue;
      const Signal*& best = strongest[signal.target];
      if (best == nullptr || signal.strength > best->strength) best = &signal;
    }
    for (const auto& [target, signal] : strongest) {
      ranked.push_back({{.rule = rule.id,
                         .kind = rule.kind,
                         .severity = rule.severity,
                         .simple = fill(rule.simple, *signal),
                         .technical = fill(rule.technical, *signal),
                         .chart = rule.chart,
                         .evidence = *signal},
                        rule.limit > 0 ? signal->strength / rule.limit : 1,
                        i});
    }
  }
  std::ranges::stable_sort(ranked, [](const Ranked& a, const Ranked& b) {
    if (a.insight.severity != b.insight.severity) return a.insight.severity > b.insight.severity;
    if (a.excess != b.excess) return a.excess > b.excess;
    return a.place < b.place;
  });
  std::vector<Insight> insights;
  for (Ranked& one : ranked) insights.push_back(std::move(one.insight));
  return insights;
}

std::vector<Insight> find_insights(const Entry& run, std::span<const InsightRule> rules,
                                   const Entry* baseline) {
  return apply_rules(find_signals(run, baseline), rules);
}

}  // namespace tt::analysis
