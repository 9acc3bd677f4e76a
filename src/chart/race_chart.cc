// A race: how much each target has delivered after the same time, at a few instants and at the end.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/compare.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

using analysis::TimeBucket;
using analysis::Timeline;

// Shares of the race at which it is looked at.
constexpr std::array kInstants = {0.25, 0.5, 0.75, 1.0};
// More lanes are too low for their words.
constexpr std::size_t kMostLanes = 10;

struct Racer {
  std::size_t target = 0;
  std::array<double, kInstants.size()> done = {};  // by instant
};

struct Race {
  std::string what;    // "output tokens"
  double seconds = 0;  // of each target's own time
  std::vector<Racer> racers;
};

std::optional<double> tokens(const TimeBucket& bucket) { return bucket.output_tokens_per_s; }
std::optional<double> requests(const TimeBucket& bucket) { return bucket.requests_per_s; }

double active_seconds(const Timeline& timeline) {
  double sum = 0;
  for (const auto& bucket : timeline.buckets) sum += bucket.active_s;
  return sum;
}

// What is done after so many seconds in which the target was measured, others' turns left out.
double done_after(const Timeline& timeline, const BucketFigure& rate, double seconds) {
  double done = 0;
  for (const auto& bucket : timeline.buckets) {
    const double part = std::min(bucket.active_s, seconds);
    if (!(part > 0)) continue;
    done += part * rate(bucket).value_or(0);
    seconds -= part;
  }
  return done;
}

// Of the targets that got anything done; over the time that all of them had.
Race race_of(const RunTime& time, const BucketFigure& rate, std::string what) {
  Race race{.what = std::move(what), .racers = {}};
  for (std::size_t t = 0; t < time.timelines.size(); ++t) {
    const double all = active_seconds(time.timelines[t]);
    if (!(done_after(time.timelines[t], rate, all) > 0)) continue;
    race.seconds = race.racers.empty() ? all : std::min(race.seconds, all);
    race.racers.push_back({.target = t});
  }
  for (auto& racer : race.racers) {
    for (std::size_t i = 0; i < kInstants.size(); ++i) {
      racer.done[i] = done_after(time.timelines[racer.target], rate, kInstants[i] * race.seconds);
    }
  }
  return race;
}

std::vector<Racer> standing(const Race& race, std::size_t instant) {
  auto racers = race.racers;
  std::ranges::stable_sort(racers, std::greater(),
                           [&](const Racer& racer) { return racer.done[instant]; });
  return racers;
}

std::string count_text(double done) {
  return format_count(static_cast<std::uint64_t>(std::max(done, 0.0) + 0.5));
}

std::string behind_text(double done, double most) {
  auto number = count_text(done);
  if (!(most > 0) || done >= most) return number;
  return fmt::format("{}, {:.0f}% behind", number, 100 * (1 - done / most));
}

Json bars_of(const std::vector<Racer>& racers, std::size_t instant, std::span<const Look> style) {
  Json data = Json::array();
  for (std::size_t i = 0; i < std::min(racers.size(), kMostLanes); ++i) {
    const double done = racers[i].done[instant];
    data.push_back({{"value", done},
                    {"itemStyle", {{"color", style[racers[i].target].wash(i == 0 ? 0.95 : 0.6)}}},
                    {"label",
                     {{"show", true},
                      {"position", "right"},
                      {"color", "@text"},
                      {"fontSize", 12},
                      {"fontWeight", i == 0 ? 600 : 400},
                      {"content", behind_text(done, racers.front().done[instant])}}}});
  }
  return in_panel({{"type", "bar"},
                   {"name", "done"},
                   {"data", data},
                   {"barMaxWidth", 34},
                   {"barCategoryGap", "28%"},
                   {"silent", true}},
                  instant);
}

std::string finding(const RunView& view, const Race& race) {
  const std::size_t last = kInstants.size() - 1;
  const auto racers = standing(race, last);
  const auto name = [&](const Racer& racer) {
    return short_name(view.run.targets[racer.target].name, 28);
  };
  std::string text =
      fmt::format("First after {} s: {} with {} {}", format_number(race.seconds),
                  name(racers.front()), count_text(racers.front().done[last]), race.what);
  double lead = 1;
  if (racers.size() > 1 && racers[1].done[last] > 0) {
    lead = racers.front().done[last] / racers[1].done[last] - 1;
    text += fmt::format(", {:.0f}% more than {}", 100 * lead, name(racers[1]));
  }
  std::size_t since = last;
  while (since > 0 && standing(race, since - 1).front().target == racers.front().target) --since;
  text += since == 0 ? ". In front all the way."
                     : fmt::format(". Not in front before {} s.",
                                   format_number(kInstants[since] * race.seconds));
  if (lead < analysis::kSmallestEffect) text += " So small a lead is none to rely on.";
  if (racers.size() > kMostLanes) {
    text += fmt::format(" Not shown, but in the table: {} more.", racers.size() - kMostLanes);
  }
  return text;
}

Table table_of(const RunView& view, const Race& race) {
  Table table{.columns = {"target", "place"}, .rows = {}};
  for (const double share : kInstants) {
    table.columns.push_back(
        fmt::format("{} after {} s", race.what, format_number(share * race.seconds)));
  }
  double place = 0;
  for (const auto& racer : standing(race, kInstants.size() - 1)) {
    std::vector<Cell> row = {view.run.targets[racer.target].name, ++place};
    for (const double done : racer.done) row.emplace_back(done);
    table.rows.push_back(std::move(row));
  }
  return table;
}

void draw(Chart& chart, const RunView& view, const Race& race) {
  const auto style = looks(view.run.targets);
  double most = 0;
  for (const auto& racer : race.racers) most = std::max(most, racer.done.back());
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t i = 0; i < kInstants.size(); ++i) {
    const auto racers = standing(race, i);
    Json names = Json::array();
    for (std::size_t lane = 0; lane < std::min(racers.size(), kMostLanes); ++lane) {
      names.push_back({{"value", view.run.targets[racers[lane].target].name}});
    }
    series.push_back(bars_of(racers, i, style));
    chart.panels.push_back(
        {1,
         fmt::format("{} {} s", i + 1 == kInstants.size() ? "At the end:" : "After",
                     format_number(kInstants[i] * race.seconds)),
         false});
    // The same scale in all, with room for the words behind the longest bar.
    x.push_back({{"type", "value"},
                 {"gridIndex", i},
                 {"min", 0},
                 {"max", most * 1.5},
                 {"ticks", Json::array({0})},
                 {"axisLabel", {{"show", false}}},
                 {"axisTick", {{"show", false}}},
                 {"axisLine", {{"show", false}}},
                 {"splitLine", {{"show", false}}}});
    y.push_back({{"type", "category"},
                 {"gridIndex", i},
                 {"data", names},
                 {"inverse", true},
                 {"labelWidth", 122}});
  }
  chart.columns = 2;
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const RunTime time = run_time(view);
  Race race = race_of(time, tokens, "output tokens");
  if (race.racers.empty()) race = race_of(time, requests, "answers");
  Chart chart;
  chart.source = source_text(view, {}, {}) +
                 " · what was delivered in the same time; whether a lead is certain is told by the "
                 "comparison";
  if (race.racers.empty() || !(race.seconds > 0)) {
    chart.empty = nothing_text(view, "progress");
    return chart;
  }
  chart.subtitle = finding(view, race);
  chart.alt = fmt::format(
      "How many {} each target has delivered after a quarter, a half, three "
      "quarters and all of the time. {}",
      race.what, chart.subtitle);
  draw(chart, view, race);
  chart.table = table_of(view, race);
  return chart;
}

}  // namespace

Entry race_chart() {
  return {.id = "race",
          .title = "The race",
          .question =
              "Which target has delivered most after the same time, and when did it take "
              "the lead?",
          .how_to_read =
              "Each panel is an instant of the race, the leader on top; a bar is what a target has "
              "delivered by then, on one scale in all panels. Time is each target's own: the turns "
              "of others do not count. A lead that grows evenly is a faster target; one that "
              "changes hands is none to rely on.",
          .needs = Needs::kTargets,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
