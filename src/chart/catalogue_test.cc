#include "chart/catalogue.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/jobs.h"
#include "chart/option.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

// What analysis makes of a sweep: throughput follows the load up to `capacity`.
CurveView test_curve(const std::vector<std::pair<std::string, double>>& targets) {
  analysis::SweepReport report{.over = "rate", .curves = {}};
  for (const auto& [name, capacity] : targets) {
    analysis::LoadCurve curve{.target = name};
    for (const double load : {1.0, 2.0, 4.0, 8.0, 16.0}) {
      analysis::CurvePoint point{.load = load, .runs = 1, .summary = {}};
      point.summary.target = {name, "vllm", "model"};
      point.summary.counts = {.planned = 100, .ok = 100};
      const double good = std::min(load, capacity);
      point.summary.rates = {
          {analysis::MetricId::kRequestRate, load, {}},
          {analysis::MetricId::kGoodput, good, stats::Interval{0.9 * good, 50 * good}}};
      point.summary.rates.push_back({analysis::MetricId::kOutputRate, 64 * good, {}});
      for (const auto& [metric, value] : {std::pair(analysis::MetricId::kTtft, 40 + load),
                                          {analysis::MetricId::kTpot, 8 + load / 2},
                                          {analysis::MetricId::kE2e, 300 + 20 * load}}) {
        analysis::Distribution distribution{.metric = metric, .n = 100};
        for (const double p : {0.5, 0.95, 0.99}) {
          distribution.quantiles.push_back({p, value * (1 + p), {}});
        }
        point.summary.distributions.push_back(distribution);
      }
      for (int i = 0; i < 50; ++i) point.ttft_sample.push_back(40 + load * (1 + i / 25.0));
      point.per_user = 1000 / (8 + load / 2);
      point.pareto = capacity == targets.front().second;
      point.attainment.share = good / load;
      point.attainment.interval = {0.9 * good / load, std::min(1.0, 1.1 * good / load)};
      point.slos_met = load <= capacity;
      curve.points.push_back(point);
    }
    report.curves.push_back(curve);
  }
  return curve_view_of("test-sweep", report);
}

void expect_whole(const Chart& chart) {
  EXPECT_FALSE(chart.title.empty());
  EXPECT_FALSE(chart.alt.empty()) << chart.id;
  EXPECT_EQ(chart.has_picture(), !chart.option.empty()) << chart.id;
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size());
  if (!chart.has_picture()) return;
  EXPECT_FALSE(chart.subtitle.empty()) << chart.id;
  EXPECT_FALSE(chart.table.rows.empty()) << chart.id;
  EXPECT_NE(chart.source.find("method"), std::string::npos) << chart.id;
  EXPECT_EQ(chart.option.find("NaN"), std::string::npos);
}

// Every chart of the input, drawn. Those of TPOT and E2E differ from that of TTFT by the metric
// alone: they are drawn of one input only.
enum class Draw { kOneAMetric, kEvery };
void draw_all(const Input& input, bool with_picture, const std::string& what,
              Draw draw = Draw::kOneAMetric) {
  std::vector<Job> jobs;
  std::vector<std::string> faults(catalogue().size());
  for (std::size_t i = 0; i < catalogue().size(); ++i) {
    const Entry& entry = catalogue()[i];
    const Chart chart = make_chart(entry, input);
    expect_whole(chart);
    if (fits(entry, input)) {
      EXPECT_EQ(chart.has_picture(), with_picture) << what << " " << entry.id;
    }
    const bool alike = entry.id.starts_with("tpot-") || entry.id.starts_with("e2e-");
    if (alike && draw == Draw::kOneAMetric) continue;
    jobs.emplace_back([&faults, chart, i] {
      const auto svg = Renderer::create(kClock).value().svg(chart, {});
      if (!svg) faults[i] = svg.error().message;
      if (svg && svg->find("NaN") != std::string::npos) faults[i] = "NaN";
    });
  }
  run_jobs(jobs);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    EXPECT_EQ(faults[i], "") << what << ": " << catalogue()[i].id;
  }
}

TEST(Catalogue, EveryEntryIsWhole) {
  std::set<std::string> ids;
  for (const auto& entry : catalogue()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_EQ(entry.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos);
    EXPECT_TRUE(entry.question.ends_with("?")) << entry.id;
    EXPECT_TRUE(entry.how_to_read.ends_with(".")) << entry.id;
    EXPECT_EQ(find_chart(entry.id), &entry);
  }
  EXPECT_EQ(find_chart("none"), nullptr);
}

TEST(Catalogue, OneThreeFiveTargets) {
  draw_all(three_targets().input(), true, "three");
  draw_all(test_run({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}).input(), true, "five");
  const auto one = test_run({{"alone"}});
  draw_all(one.input(), true, "one");
  draw_all(test_run({{"a", 70}, {"b", 70}}).input(), true, "each metric", Draw::kEvery);
  EXPECT_FALSE(make_chart(*find_chart("ttft-shift"), one.input()).has_picture());
  const auto half = test_run({{"good", 30}, {.name = "bad", .requests = 30, .failed = 30}});
  EXPECT_EQ(make_chart(*find_chart("ttft-shift"), half.input()).empty,
            "Nothing to compare: only good has a time to first token.");
}

TEST(Catalogue, NothingToDrawIsSaid) {
  draw_all(test_run({{"a", 0}, {"b", 0}}).input(), false, "zero rows");
  const auto chart = make_chart(*find_chart("ttft-ecdf"), test_run({{"a", 0}}).input());
  EXPECT_NE(chart.empty.find("no measured requests"), std::string::npos) << chart.empty;
  const auto failed = test_run({{.name = "a", .requests = 30, .failed = 30}});
  const auto all_failed = make_chart(*find_chart("ttft-ecdf"), failed.input());
  EXPECT_NE(all_failed.empty.find("none of the 30 measured requests succeeded"), std::string::npos)
      << all_failed.empty;
  // The lanes of failed requests are there to be seen.
  EXPECT_TRUE(make_chart(*find_chart("request-lanes"), failed.input()).has_picture());
}

TEST(Catalogue, ExtremesAreDrawn) {
  draw_all(test_run({{"fast", 300, 0.02, 0.5}, {"slow", 300, 20'000, 0.5}}).input(), true,
           "six orders of magnitude");
  draw_all(test_run({{"a", 1}, {"b", 1}}).input(), true, "one row");
  draw_all(test_run({{"a", 50, 40, 0}, {"b", 50, 40, 0}}).input(), true, "no spread");
  draw_all(test_run({{.name = "a", .requests = 60},
                     {.name = "b", .requests = 60},
                     {.name = "bad", .requests = 60, .failed = 60}})
               .input(),
           true, "one target failed");
}

TEST(Catalogue, TwentyTargetsWithLongNamesCanBeToldApart) {
  std::vector<TestTarget> targets;
  for (int i = 1; i <= 20; ++i) {
    targets.push_back({fmt::format("meta-llama.Llama-3.1-70B-Instruct-FP8-tensor-replica-{:02}", i),
                       40, 40.0 + i});
  }
  const auto run = test_run(targets);
  draw_all(run.input(), true, "twenty");
  for (const char* id : {"ttft-ecdf", "ttft-spread"}) {
    const auto chart = make_chart(*find_chart(id), run.input());
    const auto svg = Renderer::create(kClock).value().svg(chart, {.width = 720, .height = 450});
    for (int i = 1; i <= 20; ++i) {
      EXPECT_NE(svg.value().find(fmt::format("replica-{:02}</text>", i)), std::string::npos)
          << id << " " << i;
    }
  }
  const auto board = make_chart(*find_chart("dashboard"), run.input());
  ASSERT_EQ(board.legend.size(), 7);
  EXPECT_EQ(board.legend.back(), "other targets");
}

TEST(Catalogue, CurveOfAGroup) {
  const auto curve = test_curve({{"vllm", 9}, {"tgi", 3}});
  EXPECT_EQ(curve.capacities[0], 8);
  EXPECT_EQ(curve.capacities[1], 2);
  const Input input{.run = nullptr, .curve = &curve};
  draw_all(input, true, "curve");
  const auto chart = make_chart(*find_chart("goodput-by-load"), input);
  EXPECT_TRUE(chart.subtitle.starts_with(
      "Every objective is kept by vllm up to rate 8 and tgi up to rate 2"))
      << chart.subtitle;
  EXPECT_FALSE(make_chart(*find_chart("ttft-ecdf"), input).has_picture());
  const auto nobody = test_curve({});
  EXPECT_FALSE(
      make_chart(*find_chart("goodput-by-load"), {.run = nullptr, .curve = &nobody}).has_picture());
}

TEST(Catalogue, RunsAreDrawnOverEachOther) {
  auto before = test_run({{"vllm", 60, 40}});
  auto after = test_run({{"vllm", 50, 80}, {"tgi", 40, 90}});
  before.view.run.run_id = "before-20260131-120000";
  after.view.run.run_id = "after-20260201-120000";
  after.view.run.load_text = "concurrency 16";
  after.view.run.slos.clear();
  std::vector<RunView> views;
  views.push_back(before.view);
  views.push_back(after.view);
  const RunView both = joined(std::move(views));
  EXPECT_EQ(target_names(both),
            (std::vector<std::string>{"vllm in before", "vllm in after", "tgi in after"}));
  EXPECT_EQ(both.run.load_text, "concurrency 8 / concurrency 16");
  EXPECT_TRUE(both.run.slos.empty()) << "an objective of one run is none of both";
  const Input input{.run = &both};
  draw_all(input, true, "two runs");
  const auto spread = make_chart(*find_chart("ttft-spread"), input);
  ASSERT_EQ(spread.table.rows.size(), 3);
  EXPECT_EQ(std::get<double>(spread.table.rows[0][1]), 60);
  EXPECT_EQ(std::get<double>(spread.table.rows[2][1]), 40);
  EXPECT_NE(spread.source.find("before-20260131-120000 / after-20260201-120000"),
            std::string::npos);
}

TEST(Catalogue, ScalabilityIsProjectedWhereTheLawHolds) {
  auto curve = test_curve({{"vllm", 16}, {"tgi", 16}});
  EXPECT_FALSE(fits(*find_chart("scalability"), {.run = nullptr, .curve = &curve}));
  EXPECT_NE(make_chart(*find_chart("scalability"), {.run = nullptr, .curve = &curve})
                .empty.find("4 loads or more"),
            std::string::npos);
  std::vector<analysis::ScalingPoint> points;
  for (const auto& point : curve.report.curves[0].points) {
    points.push_back({point.load, 64 * point.load});
  }
  curve.report.curves[0].scaling = analysis::fit_scaling(points);
  curve.report.curves[0].projection = analysis::project(points, 32);
  const Input input{.run = nullptr, .curve = &curve};
  draw_all(input, true, "scaling");
  const auto chart = make_chart(*find_chart("scalability"), input);
  EXPECT_TRUE(chart.subtitle.starts_with("If it goes on so: vllm 2,048 tokens/s at rate 32"))
      << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("tgi does not follow the law"), std::string::npos);
}

TEST(Catalogue, ATargetKeepsTheColourThatItsUserChose) {
  auto run = test_run({{"a", 60}, {"b", 60}, {"c", 60}});
  run.view.run.targets[0].colour = "#0000FF";
  run.view.run.targets[1].colour = "#FFFF00";  // hardly to be seen on white
  run.view.run.targets[2].colour = "red; fill: url(x)";
  const auto style = looks(run.view.run.targets);
  EXPECT_EQ(style[0].ink(), "@#0000FF");
  EXPECT_EQ(style[0].wash(0.5), "@#0000FF/0.5");
  EXPECT_EQ(style[2].ink(), "@cyan") << "its engine's: what is no colour is none";
  const auto chart = make_chart(*find_chart("ttft-ecdf"), run.input());
  const auto svg = Renderer::create(kClock).value().svg(chart, {}).value();
  EXPECT_NE(svg.find("rgb(0,0,255)"), std::string::npos);
  EXPECT_EQ(svg.find("rgb(255,255,0)"), std::string::npos) << "darkened until it can be seen";
  EXPECT_EQ(svg.find("url(x)"), std::string::npos);
  const auto dark = Renderer::create(kClock).value().svg(chart, {.theme = Theme::kDark}).value();
  EXPECT_NE(dark.find("rgb(255,255,0)"), std::string::npos);
}

TEST(Catalogue, FiguresAreThoseOfTheRows) {
  // TTFT of 100 ms each, within an objective of 100 ms.
  const auto run = test_run({{"even", 40, 100, 0}});
  const auto chart = make_chart(*find_chart("ttft-ecdf"), run.input());
  EXPECT_EQ(chart.subtitle, "Within 100 ms (p95 is asked of each target): even 100.0%.");
  // Where the objective's lines cannot be drawn, it is said.
  const auto fast = test_run({{"even", 40, 2, 0}});
  EXPECT_EQ(make_chart(*find_chart("ttft-ecdf"), fast.input()).subtitle,
            "Within 100 ms (p95 is asked of each target): even 100.0%. "
            "The limit lies to the right of what is drawn.");
  const auto spread = make_chart(*find_chart("ttft-spread"), run.input());
  EXPECT_EQ(std::get<double>(spread.table.rows.at(0).at(1)), 40);
  EXPECT_EQ(std::get<double>(spread.table.rows.at(0).at(5)), 100);
  // p99 of 40 requests cannot be told.
  EXPECT_TRUE(std::holds_alternative<std::monostate>(spread.table.rows.at(0).at(8)));
}

}  // namespace
}  // namespace tt::chart
