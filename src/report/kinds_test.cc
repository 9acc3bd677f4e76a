#include "report/kinds.h"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "base/test_gold.h"
#include "report/markdown.h"
#include "report/test_runs.h"

namespace tt::report {
namespace {

std::vector<std::string> ids_of(const Document& document) {
  std::vector<std::string> ids;
  for (const auto& section : document.sections) ids.push_back(section.id);
  return ids;
}

TEST(Kinds, GoldForAnEngineer) {
  expect_gold(markdown(TestRun({"vllm", "tgi", "ollama"}).document()), "report/run_engineer.md");
}

TEST(Kinds, GoldForAnExecutive) {
  const TestRun run({"vllm", "tgi"});
  expect_gold(markdown(run.document(Kind::kExecutive, Audience::kExecutive)),
              "report/executive.md");
}

TEST(Kinds, GoldOfEverything) {
  const TestRun run({"vllm", "tgi"});
  expect_gold(markdown(run.document(Kind::kTechnical, Audience::kEngineer)), "report/technical.md");
}

TEST(Kinds, AnExecutiveIsSparedTheTables) {
  EXPECT_EQ(ids_of(TestRun({"vllm", "tgi"}).document(Audience::kExecutive)),
            (std::vector<std::string>{"answer", "targets", "users", "business", "insights",
                                      "objectives", "risks", "trust", "steps"}));
}

TEST(Kinds, OneTargetAloneIsToldByItsFigures) {
  const auto text = markdown(TestRun({"vllm"}).document(Audience::kProduct));
  EXPECT_NE(text.find("vllm: TTFT p50 1"), std::string::npos) << text;
  EXPECT_EQ(text.find("Figure by figure"), std::string::npos);
}

TEST(Kinds, AllFailedAndForeignTextHarmNothing) {
  TestRun run({"<script>|x|"}, 0);
  run.rows.clear();
  for (std::uint64_t i = 0; i < 20; ++i) {
    run.rows.push_back(analysis::make_failed({}, Status::kTls, i));
    run.rows.back().error = "| <b>bad</b>\n# heading " + std::string(500, 'x');
  }
  run.finish();
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    const auto text = markdown(run.document(static_cast<Kind>(kind), Audience::kEngineer));
    EXPECT_EQ(text.find("<script>"), std::string::npos);
    EXPECT_EQ(text.find("<b>"), std::string::npos);
    EXPECT_EQ(text.find("\n# heading"), std::string::npos);
  }
  EXPECT_NE(markdown(run.document()).find("tls"), std::string::npos);
}

TEST(Kinds, NothingAtAllIsADocumentToo) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    const auto outline = outline_of(static_cast<Kind>(kind), Audience::kEngineer);
    EXPECT_FALSE(markdown(make_report({}, outline)).empty());
  }
  EXPECT_FALSE(markdown(TestRun({}, 0).document()).empty());
}

TEST(Kinds, EverySectionThatAKindNamesIsThere) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    for (int audience = 0; audience < 4; ++audience) {
      const auto outline = outline_of(static_cast<Kind>(kind), static_cast<Audience>(audience));
      for (const auto& chapter : outline.chapters) {
        EXPECT_TRUE(std::ranges::any_of(section_names(), [&](const auto& name) {
          return name.id == chapter.id;
        })) << chapter.id;
      }
    }
  }
}

TEST(Kinds, CommandsToPasteHaveNamesAsOneWord) {
  TestRun run({"it's; reboot", "tgi"}, 400);
  run.input.run_id = "a run";
  run.finish();
  const auto document = run.document(Kind::kDecision, Audience::kProduct);
  const auto section = std::ranges::find(document.sections, "steps", &Section::id);
  ASSERT_NE(section, document.sections.end());
  std::string commands;
  for (const Text& item : std::get<Bullets>(section->blocks.front()).items) {
    for (const Span& span : item) commands += span.code ? span.text + "\n" : "";
  }
  EXPECT_NE(commands.find("--target 'it'\\''s; reboot'=URL"), std::string::npos) << commands;
  EXPECT_NE(commands.find("baseline set 'a run'"), std::string::npos) << commands;
}

TEST(Kinds, NamesAreReadBack) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    EXPECT_EQ(kind_from_name(kind_name(static_cast<Kind>(kind))), static_cast<Kind>(kind));
  }
  EXPECT_FALSE(kind_from_name("king"));
}

// Several runs, compared as the program does.
class Several {
 public:
  Several& add(TestRun run) {
    runs_.push_back(std::make_unique<TestRun>(std::move(run)));
    runs_.back()->finish();
    return *this;
  }

  std::string told(Kind kind, Audience audience = Audience::kEngineer,
                   const analysis::CostReport* cost = nullptr) {
    std::vector<ReportRun> runs;
    std::vector<analysis::Entry> entries;
    std::vector<analysis::TrendRun> in_time;
    for (const auto& run : runs_) {
      runs.push_back(run->report_run());
      entries.push_back(run->entry());
      in_time.push_back({&run->input, &run->summary(), run->manifest.started_realtime});
    }
    const auto sides = sides_of(runs);
    std::vector<analysis::Contest> contests;
    if (const auto seating = analysis::seat(entries)) {
      for (const auto& table : seating->tables) {
        contests.push_back(
            analysis::hold_contest(entries, table, {.tests = kind == Kind::kTechnical}));
      }
    }
    const auto trend = analysis::find_trends(in_time);
    return markdown(make_report({.runs = runs,
                                 .sides = sides,
                                 .contests = contests,
                                 .cost = cost,
                                 .trend = kind == Kind::kTrend ? &trend : nullptr},
                                outline_of(kind, audience)));
  }

 private:
  std::vector<std::unique_ptr<TestRun>> runs_;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Regression, GoldOfOneThatGotWorse) {
  Several runs;
  runs.add(TestRun({"vllm"}, 80, 100, "before"));
  TestRun after({"vllm"}, 80, 150, "after");
  after.manifest.targets[0].server_version = "0.9";
  after.manifest.plan_yaml = "name: later\nload:\n  concurrency: 1\n";
  const auto text = runs.add(std::move(after)).told(Kind::kRegression);
  EXPECT_TRUE(holds(text, "after is worse than before")) << text;
  EXPECT_TRUE(holds(text, "| target: version | – | 0.9 |")) << text;
  EXPECT_FALSE(holds(text, "| name |"));
  expect_gold(text, "report/regression.md");
}

TEST(Regression, WhatIsTheSameIsNoRegression) {
  Several runs;
  runs.add(TestRun({"vllm"}, 400, 100, "before")).add(TestRun({"vllm"}, 400, 100, "after"));
  const auto text = runs.told(Kind::kRegression);
  EXPECT_FALSE(holds(text, "is worse than")) << text;
  EXPECT_TRUE(holds(text, "No setting that is on record was different")) << text;
}

TEST(Regression, OtherWorkIsNotCompared) {
  Several runs;
  runs.add(TestRun({"vllm"}, 80, 100, "before"));
  TestRun other({"vllm"}, 80, 100, "after");
  other.input.workload_text = "synthetic 900 in, 2 out";
  const auto text = runs.add(std::move(other)).told(Kind::kRegression);
  EXPECT_TRUE(holds(text, "not comparable")) << text;
  EXPECT_FALSE(holds(text, "No regression"));
}

TEST(Regression, ARunAloneHasNothingToBeComparedWith) {
  Several runs;
  EXPECT_TRUE(holds(runs.add(TestRun({"vllm"})).told(Kind::kRegression), "results baseline set"));
}

TEST(Decision, GoldWithPrices) {
  const TestRun run({"vllm", "tgi"});
  const analysis::CostRun cost_run{&run.input, run.summary()};
  analysis::CostQuestion question;
  question.scales = {50};
  question.machines["vllm"] = {.gpu_hour = 4, .gpus = 1, .basis = "a list"};
  question.machines["tgi"] = {.gpu_hour = 4, .gpus = 1, .basis = "a list"};
  const auto cost = analysis::cost_report({&cost_run, 1}, question);
  ASSERT_TRUE(cost);
  Several runs;
  const auto text =
      runs.add(TestRun({"vllm", "tgi"})).told(Kind::kDecision, Audience::kProduct, &*cost);
  EXPECT_TRUE(holds(text, "We recommend vllm")) << text;
  expect_gold(text, "report/decision.md");
}

TEST(Decision, WhoIsNotBetterIsNotRecommended) {
  Several runs;
  const auto text = runs.add(TestRun({"vllm", "tgi"}, 80, 100, "even", 0)).told(Kind::kDecision);
  EXPECT_FALSE(holds(text, "We recommend")) << text;
  EXPECT_TRUE(holds(text, "No recommendation yet") || holds(text, "No difference that matters"))
      << text;
}

TEST(Decision, AnObjectiveWinsOverSpeed) {
  TestRun run({"vllm", "tgi"});
  run.input.slos = {*analysis::make_slo("ttft", 0.5, 10e6, "ttft_p50=10ms")};
  run.finish();
  Several runs;
  const auto text = runs.add(std::move(run)).told(Kind::kDecision);
  EXPECT_TRUE(holds(text, "no option keeps every objective")) << text;
  EXPECT_FALSE(holds(text, "We recommend"));
}

TEST(Decision, OneOptionIsNoChoice) {
  Several runs;
  EXPECT_TRUE(holds(runs.add(TestRun({"vllm"})).told(Kind::kDecision), "the only option"));
}

TEST(Trend, GoldOfRunsThatGetSlower) {
  Several runs;
  double ttft = 100;
  for (int day = 1; day <= 5; ++day, ttft *= 1.15) {
    TestRun run({"vllm"}, 80, ttft * (day % 2 == 0 ? 1.02 : 0.99), "night-" + std::to_string(day));
    run.manifest.started_realtime += day * 86'400 * kSecond;
    runs.add(std::move(run));
  }
  const auto text = runs.told(Kind::kTrend, Audience::kProduct);
  EXPECT_TRUE(holds(text, "worse from run to run")) << text;
  expect_gold(text, "report/trend.md");
}

TEST(Trend, AJumpInTheLastRunIsToldThoughItIsNoTrend) {
  Several runs;
  for (int day = 1; day <= 6; ++day) {
    TestRun run({"vllm"}, 80, day == 6 ? 160 : 100 + day % 2, "night-" + std::to_string(day));
    run.manifest.started_realtime += day * 86'400 * kSecond;
    runs.add(std::move(run));
  }
  const auto text = runs.told(Kind::kTrend, Audience::kProduct);
  EXPECT_TRUE(holds(text, "The last run is not like the 5 before it")) << text;
  EXPECT_TRUE(holds(text, "One run is no trend")) << text;
  EXPECT_TRUE(holds(text, "other figure")) << text;
}

TEST(Trend, TwoRunsCannotTell) {
  Several runs;
  runs.add(TestRun({"vllm"}, 80, 100, "a")).add(TestRun({"vllm"}, 80, 150, "b"));
  EXPECT_TRUE(holds(runs.told(Kind::kTrend), "cannot be told from 2 runs"));
}

TEST(Trend, ManyRunsAreNotNamedOneByOne) {
  Several runs;
  for (int day = 1; day <= 30; ++day) {
    TestRun run({"vllm"}, 80, 100, "night-" + std::to_string(day));
    run.manifest.name = run.input.run_id;
    run.manifest.started_realtime += day * 86'400 * kSecond;
    runs.add(std::move(run));
  }
  const auto text = runs.told(Kind::kTrend, Audience::kProduct);
  EXPECT_TRUE(holds(text, "# 30 runs, night-1 to night-30")) << text;
  const auto trust = text.substr(text.find("## Can it be trusted?"));
  EXPECT_TRUE(holds(trust, "30 runs")) << trust;
  EXPECT_FALSE(holds(trust.substr(0, trust.find("\n## ", 3)), "night-17")) << trust;
}

TEST(Slo, GoldWithTheErrorBudget) {
  Several runs;
  expect_gold(runs.add(TestRun({"vllm", "tgi"})).told(Kind::kSlo, Audience::kOperations),
              "report/slo.md");
}

TEST(Slo, WithoutObjectivesItSaysHowToNameSome) {
  TestRun run({"vllm"});
  run.input.slos.clear();
  run.finish();
  Several runs;
  EXPECT_TRUE(holds(runs.add(std::move(run)).told(Kind::kSlo), "--slo ttft_p95=500ms"));
}

TEST(Technical, HasTheFullStatistics) {
  Several runs;
  const auto text = runs.add(TestRun({"vllm", "tgi"})).told(Kind::kTechnical);
  EXPECT_TRUE(holds(text, "## Appendix: full statistics"));
  EXPECT_TRUE(holds(text, "Tests of")) << text;
}

TEST(Capacity, GoldOfASearch) {
  record::Group group{.id = "load-capacity-1",
                      .name = "load",
                      .kind = record::GroupKind::kCapacity,
                      .status = record::GroupStatus::kCompleted,
                      .over = "rate",
                      .plan_yaml = "name: load\n",
                      .targets = {"vllm"},
                      .steps = {},
                      .capacities = {}};
  group.capacities.push_back({.target = "vllm",
                              .end = "tight",
                              .load = 12.5,
                              .low = 12.0,
                              .high = 13.0,
                              .confidence = 0.95});
  group.steps.push_back(
      {.load = 12,
       .target = "vllm",
       .status = record::StepStatus::kDone,
       .run_id = "r1",
       .probe = record::GroupProbe{.support = 0.99, .why = "ttft_p95=1s: 0.9 s"}});
  analysis::SweepReport curve{.over = "rate", .curves = {{.target = "vllm"}}};
  const TestRun run({"vllm"});
  for (const double load : {6.0, 12.0, 18.0}) {
    curve.curves[0].points.push_back({.load = load,
                                      .runs = 1,
                                      .summary = run.summary().targets[0],
                                      .per_user = {},
                                      .slos_met = load < 15});
  }
  curve.curves[0].why = "the last step still pays";
  const ReportGroup of{.group = group, .curve = curve, .traffic = {50, 150}, .utilization = 0.8};
  const auto text =
      markdown(make_report({.group = &of}, outline_of(Kind::kCapacity, Audience::kOperations)));
  EXPECT_TRUE(holds(text, "| target | requests/s | one replica takes | replicas |")) << text;
  // 50 / (12.5 x 0.8) = 5; to be sure 50 / (12 x 0.8) = 5.2.
  EXPECT_TRUE(holds(text, "| vllm | 50 | 12.5 requests/s | 5 | 6 | 80% |")) << text;
  expect_gold(text, "report/capacity.md");
}

}  // namespace
}  // namespace tt::report
