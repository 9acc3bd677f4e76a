#include "app/answer_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

using analysis::Check;
using analysis::Figure;
using analysis::Level;
using analysis::MetricId;
using analysis::RunSummary;
using analysis::Verdict;

struct Sample {
  analysis::RunInput input;
  RunSummary summary;
};

analysis::Distribution distribution(MetricId metric, double p50, double spread) {
  analysis::Distribution d{.metric = metric, .n = 100, .quantiles = {}};
  for (const double q : analysis::kShownQuantiles) {
    const double value = p50 * (1 + (q - 0.5) * spread);
    d.quantiles.push_back({q, value, stats::Interval{.low = value * 0.97, .high = value * 1.04}});
  }
  d.mean = p50;
  d.min = p50 * 0.5;
  d.max = p50 * 3;
  return d;
}

// A made-up target; `slowness` scales every latency.
analysis::TargetSummary target_summary(const std::string& name, double slowness) {
  analysis::TargetSummary t;
  t.target = {.name = name, .engine = "vllm", .model = "meta-llama/Llama-3.1-8B-Instruct"};
  t.counts.planned = 1240;
  t.counts.ok = 1240;
  t.counts.by_status[0] = 1240;
  t.seconds = 60;
  t.blocks = 5;
  t.client.read_lag_p99_ms = 0.081;
  t.client.send_lag_p99_ms = 0.23;
  t.distributions = {distribution(MetricId::kTtft, 45.2 * slowness, 2),
                     distribution(MetricId::kTtftPlan, 46.1 * slowness, 2.2),
                     distribution(MetricId::kTpot, 8.31 * slowness, 0.6),
                     distribution(MetricId::kItl, 8.1 * slowness, 3),
                     distribution(MetricId::kE2e, 1100 * slowness, 1),
                     distribution(MetricId::kE2ePlan, 1110 * slowness, 1)};
  const double rate = 2650 / slowness;
  t.rates = {
      {MetricId::kOutputRate, rate, stats::Interval{.low = rate * 0.98, .high = rate * 1.02}},
      {MetricId::kRequestRate, rate / 128, stats::Interval{.low = rate / 130, .high = rate / 126}},
      {MetricId::kSuccessRate, 1.0, stats::Interval{.low = 0.997, .high = 1}}};
  return t;
}

Check check(std::string id, std::string title, Level level, std::string text,
            std::optional<std::size_t> target = {}) {
  Check c;
  c.id = std::move(id);
  c.title = std::move(title);
  c.level = level;
  c.text = std::move(text);
  c.target = target;
  return c;
}

Sample sample(const std::vector<std::string>& names, bool open = false) {
  Sample s;
  s.input.run_id = s.summary.run_id = "nightly-20260131-120000";
  s.input.load_text = open ? "Poisson 4.00/s" : "concurrency 16";
  s.input.workload_text = "synthetic 256 in, 128 out";
  for (std::size_t i = 0; i < names.size(); ++i) {
    s.summary.targets.push_back(target_summary(names[i], 1 + 0.83 * static_cast<double>(i)));
    s.input.targets.push_back(s.summary.targets.back().target);
  }
  s.summary.answer.primary =
      analysis::primary_figure(open ? analysis::LoadKind::kOpen : analysis::LoadKind::kClosed);
  if (names.size() > 1) {
    s.summary.answer.winner = 0;
    s.summary.answer.verdict = Verdict::kBetter;
    s.summary.answer.headline =
        names[0] + " is better: output tokens/s 1.83x that of " + names[1] + " (95% 1.79 to 1.88)";
    for (const Figure& f : analysis::compared_figures(
             open ? analysis::LoadKind::kOpen : analysis::LoadKind::kClosed, false)) {
      analysis::Winner winner{.figure = f, .target = 0};
      if (f.metric == MetricId::kItl) {
        winner.target.reset();
        winner.why = f.quantile < 0.9 ? "the interval allows both directions"
                                      : "p99 needs 368 requests a target and has 160";
      }
      if (f.metric == MetricId::kSuccessRate) winner = {.figure = f, .target = {}, .tie = true};
      if (f == Figure{MetricId::kTpot, 0.99}) winner.target = 1;
      s.summary.winners.push_back(winner);
    }
  }
  s.summary.checks = {check("requests", "Enough requests", Level::kPass, "plenty", 0),
                      check("complete", "Ran to its end", Level::kPass, "yes"),
                      check("errors", "Few errors", Level::kPass, "none", 0)};
  s.summary.client = {.ok = true, .text = "client ok"};
  return s;
}

std::string shown(const Sample& s, std::size_t width) {
  const auto lines = answer_lines(s.input, s.summary, width);
  expect_within(lines, width);
  return plain_text(lines);
}

void warn_all(Sample& s) {
  for (std::size_t i = 0; i < s.summary.targets.size(); ++i) {
    s.summary.checks.push_back(check(
        "length", "Measured long enough", Level::kWarn,
        s.summary.targets[i].target.name + ": 12.0 s measured; 60 s show slow changes, too", i));
  }
  s.summary.validity = Level::kWarn;
}

TEST(AnswerView, ThreeTargetsAt80) {
  Sample s = sample({"vllm", "tgi", "ollama"});
  warn_all(s);
  expect_gold(shown(s, 80), "answer_3_targets_80.txt");
}

TEST(AnswerView, ThreeTargetsAt120) {
  Sample s = sample({"vllm", "tgi", "ollama"});
  warn_all(s);
  expect_gold(shown(s, 120), "answer_3_targets_120.txt");
}

TEST(AnswerView, OneTargetIsNotCompared) {
  expect_gold(shown(sample({"vllm"}), 80), "answer_1_target_80.txt");
}

TEST(AnswerView, OpenLoopShowsLatencyFromThePlan) {
  expect_gold(shown(sample({"vllm", "tgi"}, true), 80), "answer_open_loop_80.txt");
}

TEST(AnswerView, SixTargetsWithLongNamesAt200) {
  expect_gold(shown(sample({"production-vllm-0.11-h100", "production-sglang-0.5-h100", "tgi",
                            "llama.cpp-server-on-the-desk", "ollama", "模型"}),
                    200),
              "answer_6_targets_200.txt");
}

TEST(AnswerView, NeverWiderThanTheTerminal) {
  for (std::size_t targets = 1; targets <= 6; ++targets) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < targets; ++i) {
      names.push_back("a-rather-long-name-of-a-target-number-" + std::to_string(i));
    }
    for (const std::size_t width : {80u, 100u, 120u, 200u}) {
      const Sample s = sample(names, targets % 2 == 0);
      expect_within(answer_lines(s.input, s.summary, width), width);
    }
  }
}

TEST(AnswerView, AnInvalidRunSaysSoFirst) {
  Sample s = sample({"vllm", "tgi"});
  s.summary.answer.winner.reset();
  s.summary.answer.verdict = Verdict::kCannotTell;
  s.summary.answer.headline = "no answer: the run is not valid (tgi: 700 of 1,240 requests failed)";
  s.summary.targets[1].counts.ok = 540;
  s.summary.targets[1].counts.failed = 700;
  s.summary.targets[1].counts.by_status[static_cast<std::size_t>(Status::kOverloaded)] = 640;
  s.summary.targets[1].counts.by_status[static_cast<std::size_t>(Status::kTruncated)] = 60;
  s.summary.targets[1].counts.first_error[static_cast<std::size_t>(Status::kOverloaded)] =
      "Model is overloaded\x1b[31m";
  s.summary.targets[1].rates[2].value = 540.0 / 1240;
  s.summary.checks.push_back(
      check("errors", "Few errors", Level::kFail, "tgi: 700 of 1,240 requests failed (56.5%)", 1));
  s.summary.validity = Level::kFail;
  s.summary.client = {.ok = false, .text = "client was the bottleneck: read lag p99 12 ms"};
  expect_gold(shown(s, 80), "answer_invalid_80.txt");
}

TEST(AnswerView, ObjectivesSayMetOrMissed) {
  Sample s = sample({"vllm", "tgi"});
  const auto slo = *analysis::make_slo("ttft", 0.99, 100e6, "ttft_p99=100ms");
  s.summary.targets[0].slos = {{slo, 89.5, std::nullopt, true, true}};
  s.summary.targets[1].slos = {{slo, 163.8, std::nullopt, false, false}};
  s.summary.slos_met = false;
  for (auto& target : s.summary.targets) {
    target.rates.push_back({MetricId::kGoodput, 9.8, stats::Interval{.low = 9.5, .high = 10.1}});
  }
  expect_gold(shown(s, 100), "answer_objectives_100.txt");
}

TEST(AnswerView, NothingMeasuredIsNoCrash) {
  Sample s = sample({"vllm", "tgi"});
  for (auto& target : s.summary.targets) {
    target.distributions.clear();
    target.rates.clear();
    target.counts = {};
  }
  EXPECT_NE(shown(s, 80).find("–"), std::string::npos);
}

TEST(AnswerView, ForeignNamesCannotStyleTheTerminal) {
  Sample s = sample({"evil\x1b[31m", "tgi"});
  EXPECT_EQ(shown(s, 80).find('\x1b'), std::string::npos);
}

TEST(AnswerView, BriefIsThreeLines) {
  const Sample s = sample({"vllm", "tgi"});
  EXPECT_EQ(brief_answer_lines(s.summary, 120).size(), 3u);
}

TEST(AnswerView, ObjectivesSayWhyTheyAreUncertain) {
  Sample s = sample({"vllm"});
  const auto slo = *analysis::make_slo("ttft", 0.99, 100e6, "ttft_p99=100ms");
  s.summary.targets[0].slos = {{slo, 20.3, std::nullopt, true, false}};
  EXPECT_NE(shown(s, 120).find("met, though too few requests"), std::string::npos);
  s.summary.targets[0].slos = {{slo, 99, stats::Interval{.low = 90, .high = 110}, true, false}};
  EXPECT_NE(shown(s, 120).find("met, though the interval crosses"), std::string::npos);
}

TEST(AnswerView, BriefNamesTheObjectivesThatWereMissed) {
  Sample s = sample({"vllm", "tgi"});
  const auto slo = *analysis::make_slo("ttft", 0.99, 100e6, "ttft_p99=100ms");
  s.summary.targets[0].slos = {{slo, 89.5, std::nullopt, true, true}};
  s.summary.targets[1].slos = {{slo, 163.8, std::nullopt, false, false}};
  s.summary.slos_met = false;
  const auto lines = brief_answer_lines(s.summary, 120);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[1].text(), "  missed  ttft_p99=100ms (tgi)");
}

}  // namespace
}  // namespace tt::app
