// What failed: by kind over the run, and by kind and target.
#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/failures.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/failure_words.h"
#include "chart/multiples.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

using analysis::Failures;

// More colours than this cannot be told apart; the rest is one kind.
constexpr std::array kInks = {"bad", "amber", "purple", "cyan", "slate", "fuchsia"};
constexpr std::size_t kMostOverTime = kInks.size() - 1;
constexpr std::string_view kOthers = "other kinds";
// More lanes are too low for their words.
constexpr std::size_t kMostLanes = 10;

// Failures by bucket and kind of one target.
struct Counts {
  std::vector<std::map<Status, std::uint64_t>> buckets;

  std::uint64_t of(std::size_t bucket, Status status) const {
    const auto found = buckets[bucket].find(status);
    return found == buckets[bucket].end() ? 0 : found->second;
  }
};

Counts counts_of(const analysis::Slice& slice, const analysis::TimeGrid& grid) {
  Counts counts;
  counts.buckets.resize(grid.count);
  for (const std::uint32_t row : slice.rows) {
    const Nanos at = analysis::start_of(*slice.frame, row);
    if (at == kNever || grid.count == 0 || !row_failed(slice, row)) continue;
    ++counts.buckets[bucket_at(grid, at)][slice.frame->status[row]];
  }
  return counts;
}

// The kinds of all targets, most frequent first.
std::vector<Status> kinds_in(const std::vector<Failures>& all) {
  std::map<Status, std::uint64_t> sums;
  for (const auto& f : all) {
    for (const auto& kind : f.kinds) sums[kind.status] += kind.count;
  }
  std::vector<Status> kinds;
  for (const auto& [status, count] : sums) kinds.push_back(status);
  std::ranges::stable_sort(kinds, std::greater(), [&](Status status) { return sums[status]; });
  return kinds;
}

struct OverTime {
  RunTime time;
  std::vector<Counts> counts;     // by target
  std::vector<Status> kinds;      // with a colour of their own
  std::vector<Status> others;     // under one
  std::vector<std::size_t> with;  // targets that have failures at known instants
  double high = 0;                // the largest share of a bucket

  std::uint64_t of_band(std::size_t target, std::size_t bucket, std::size_t band) const {
    if (band < kinds.size()) return counts[target].of(bucket, kinds[band]);
    std::uint64_t sum = 0;
    for (const Status status : others) sum += counts[target].of(bucket, status);
    return sum;
  }
  std::size_t bands() const { return kinds.size() + (others.empty() ? 0 : 1); }
  std::string band_name(std::size_t band) const {
    return band < kinds.size() ? status_words(kinds[band]) : std::string(kOthers);
  }
};

OverTime over_time_of(const RunView& view, const std::vector<Failures>& all) {
  OverTime result{.time = run_time(view), .counts = {}, .kinds = kinds_in(all)};
  if (result.kinds.size() > kInks.size()) {
    result.others.assign(result.kinds.begin() + kMostOverTime, result.kinds.end());
    result.kinds.resize(kMostOverTime);
  }
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    result.counts.push_back(counts_of(view.slices[t], result.time.grid));
    bool any = false;
    for (const auto& bucket : result.time.timelines[t].buckets) {
      const auto rate = bucket.error_rate();
      result.high = std::max(result.high, rate.value_or(0));
      any |= rate.value_or(0) > 0;
    }
    // Who has none is shown too: an empty panel says so.
    if (any || !view.slices[t].rows.empty()) result.with.push_back(t);
  }
  return result;
}

// The shares of one kind in one panel, each on those of the kinds before it.
Json tiles(const OverTime& over, std::size_t target, std::size_t band) {
  Json rows = Json::array();
  const auto& buckets = over.time.timelines[target].buckets;
  for (std::size_t b = 0; b < buckets.size(); ++b) {
    const auto answered = static_cast<double>(buckets[b].ok + buckets[b].failed);
    const auto count = over.of_band(target, b, band);
    if (count == 0 || !(answered > 0)) continue;
    std::uint64_t below = 0;
    for (std::size_t k = 0; k < band; ++k) below += over.of_band(target, b, k);
    rows.push_back({buckets[b].from_s, buckets[b].from_s + over.time.grid.width_s,
                    static_cast<double>(below) / answered,
                    static_cast<double>(below + count) / answered, 1});
  }
  return rows;
}

Table table_over_time(const RunView& view, const OverTime& over) {
  Table table{.columns = {"target", "from (s)", "succeeded", "failed", "failed (share)"},
              .rows = {}};
  const auto add = [&](Status status) { table.columns.push_back(status_words(status)); };
  std::ranges::for_each(over.kinds, add);
  std::ranges::for_each(over.others, add);
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto& buckets = over.time.timelines[t].buckets;
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      const auto rate = buckets[b].error_rate();
      if (!rate) continue;
      std::vector<Cell> row = {view.run.targets[t].name, buckets[b].from_s,
                               static_cast<double>(buckets[b].ok),
                               static_cast<double>(buckets[b].failed), *rate};
      const auto count = [&](Status status) {
        row.emplace_back(static_cast<double>(over.counts[t].of(b, status)));
      };
      std::ranges::for_each(over.kinds, count);
      std::ranges::for_each(over.others, count);
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

void draw_over_time(Chart& chart, const RunView& view, const std::vector<Failures>& all) {
  const OverTime over = over_time_of(view, all);
  if (!(over.high > 0)) {
    chart.empty = "Nothing to draw: the run does not tell when its requests failed.";
    return;
  }
  const Multiples grid =
      multiples(view, over.with, run_time_axis(over.time.grid), share_axis(over.high, "Failed"));
  Json series = Json::array();
  for (std::size_t band = 0; band < over.bands(); ++band) {
    const Look look{.colour = kInks[band], .dash = "solid", .symbol = "rect"};
    chart.legend.push_back(over.band_name(band));
    for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
      const Json rows = tiles(over, grid.targets[panel], band);
      if (rows.empty() && panel > 0) continue;
      series.push_back(in_panel(shape_series(over.band_name(band), "tile",
                                             {{"fill", look.ink()}, {"gap", 0.5}}, rows, look),
                                panel));
    }
  }
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle =
      fmt::format("{} Share of the requests sent in each {:g} s, by kind.{}",
                  failures_text(view, all), over.time.grid.width_s, left_out_text(grid));
  chart.alt =
      fmt::format("Failures over the time of the run, by kind and target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_over_time(view, over);
}

// By kind: how many of each target, most frequent kind first.
struct Lane {
  FailureClass kind;
  std::uint64_t sum = 0;
  std::vector<std::uint64_t> counts;  // by target
  std::vector<std::string> said;      // likewise; foreign
};

std::vector<Lane> lanes_of(const std::vector<Failures>& all) {
  std::map<FailureClass, Lane> lanes;
  for (std::size_t t = 0; t < all.size(); ++t) {
    for (const auto& kind : all[t].kinds) {
      const FailureClass key = failure_class(kind);
      Lane& lane = lanes[key];
      lane.kind = key;
      lane.counts.resize(all.size());
      lane.said.resize(all.size());
      lane.counts[t] += kind.count;
      if (lane.said[t].empty()) lane.said[t] = kind.first_error;
      lane.sum += kind.count;
    }
  }
  std::vector<Lane> sorted;
  for (auto& [key, lane] : lanes) sorted.push_back(std::move(lane));
  std::ranges::stable_sort(sorted, std::greater(), &Lane::sum);
  return sorted;
}

double share_of(std::uint64_t count, const Failures& f) {
  return static_cast<double>(count) /
         static_cast<double>(std::max<std::uint64_t>(f.ok + f.failed, 1));
}

Json bars_of(const std::string& name, const Look& look, std::span<const Lane> lanes,
             std::size_t target, const Failures& f) {
  Json data = Json::array();
  for (const Lane& lane : lanes) {
    const auto count = lane.counts[target];
    const double share = share_of(count, f);
    const auto text =
        count == 0 ? std::string()
                   : fmt::format("{} ({}%)", format_count(count), format_number(100 * share));
    data.push_back({{"value", count == 0 ? Json() : Json(share)},
                    {"label",
                     {{"show", count > 0},
                      {"position", "right"},
                      {"color", "@text"},
                      {"fontSize", 12},
                      {"content", text}}}});
  }
  return {
      {"type", "bar"},     {"name", name},
      {"data", data},      {"barMaxWidth", 34},
      {"barMinHeight", 1}, {"itemStyle", {{"color", look.wash(0.8)}, {"borderColor", look.ink()}}},
      {"silent", true}};
}

Table table_by_kind(const RunView& view, const std::vector<Failures>& all,
                    std::span<const Lane> lanes) {
  Table table{.columns = {"kind", "HTTP status", "target", "failed", "share of its requests",
                          "what it means", "what was said of the first"},
              .rows = {}};
  for (const Lane& lane : lanes) {
    for (std::size_t t = 0; t < all.size(); ++t) {
      if (lane.counts[t] == 0) continue;
      table.rows.push_back(
          {status_words(lane.kind.first),
           lane.kind.second == 0 ? Cell() : Cell(static_cast<double>(lane.kind.second)),
           view.run.targets[t].name, static_cast<double>(lane.counts[t]),
           share_of(lane.counts[t], all[t]), std::string(status_help(lane.kind.first)),
           lane.said[t].empty() ? Cell() : Cell(lane.said[t])});
    }
  }
  return table;
}

// What the kinds mean, each once.
std::string meanings(std::span<const Lane> lanes, std::size_t most) {
  std::vector<Status> told;
  std::vector<std::string> texts;
  for (const Lane& lane : lanes) {
    if (std::ranges::find(told, lane.kind.first) != told.end() || told.size() == most) continue;
    told.push_back(lane.kind.first);
    texts.push_back(
        fmt::format("{}: {}.", status_words(lane.kind.first), status_help(lane.kind.first)));
  }
  return fmt::format("{}", fmt::join(texts, " "));
}

void draw_by_kind(Chart& chart, const RunView& view, const std::vector<Failures>& all) {
  const auto every = lanes_of(all);
  const std::span<const Lane> lanes(every.data(), std::min(every.size(), kMostLanes));
  const auto style = looks(view.run.targets);
  Json names = Json::array();
  double high = 0;
  for (const Lane& lane : lanes) names.push_back({{"value", failure_text(lane.kind)}});
  Json series = Json::array();
  for (std::size_t t = 0; t < all.size(); ++t) {
    if (all[t].failed == 0) continue;
    for (const Lane& lane : lanes) high = std::max(high, share_of(lane.counts[t], all[t]));
    const auto& name = view.run.targets[t].name;
    chart.legend.push_back(name);
    series.push_back(bars_of(name, style[t], lanes, t, all[t]));
  }
  // Room for the words behind each bar.
  Json x = share_axis(high * 1.12, "Share of the target's requests");
  chart.subtitle = fmt::format("{} Most often {}", failures_text(view, all), meanings(lanes, 1));
  if (lanes.size() < every.size()) {
    chart.subtitle +=
        fmt::format(" Not shown, but in the table: {} kinds more.", every.size() - lanes.size());
  }
  chart.alt = fmt::format("Failed requests by kind and target. {} {}", failures_text(view, all),
                          meanings(every, every.size()));
  chart.option =
      dump({{"xAxis", x},
            {"yAxis", {{"type", "category"}, {"gridIndex", 0}, {"data", names}, {"inverse", true}}},
            {"series", series}});
  chart.table = table_by_kind(view, all, every);
}

}  // namespace

Entry errors_time_chart() {
  return {.id = "errors-over-time",
          .title = "Failures over time",
          .question = "When did requests fail, and of what?",
          .how_to_read =
              "Each bar is a stretch of the run; its height is the share of the requests sent in "
              "it that failed, its colours are the kinds of failure. Failures all along point at "
              "settings or the load; failures that begin in the middle, at a limit that was "
              "reached or an engine that broke down.",
          .needs = Needs::kRun,
          .level = Level::kSimple,
          .make = [](const Input& input) { return chart_of_failures(input, draw_over_time); },
          .offered = any_failed};
}

Entry errors_by_kind_chart() {
  return {.id = "errors-by-kind",
          .title = "Failures by kind",
          .question = "What went wrong, how often, and with which target?",
          .how_to_read =
              "Each bar is a share of a target's requests that failed in this way. The table says "
              "what each kind means and what to try, and what the engine said of the first.",
          .needs = Needs::kRun,
          .level = Level::kSimple,
          .make = [](const Input& input) { return chart_of_failures(input, draw_by_kind); },
          .offered = any_failed};
}

}  // namespace tt::chart
