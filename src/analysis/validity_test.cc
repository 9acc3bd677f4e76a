#include "analysis/validity.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/summary.h"
#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;

std::vector<Check> checks_of(const RunInput& run, const std::vector<Row>& rows) {
  return summarise(run, rows).checks;
}

const Check& find(const std::vector<Check>& checks, std::string_view id, std::size_t target = 0) {
  const auto found = std::ranges::find_if(
      checks, [&](const Check& c) { return c.id == id && c.target.value_or(target) == target; });
  EXPECT_NE(found, checks.end()) << id;
  return found == checks.end() ? checks.front() : *found;
}

// 200 requests in five blocks, one after the other, over more than a minute: nothing to complain
// of.
std::vector<Row> good_rows() {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 200; ++i) {
    rows.push_back(make_row({.block = i / 40, .planned_ms = 400.0 * i, .ttft_ms = 100}, i));
  }
  return rows;
}

TEST(Validity, AGoodRunPassesEveryCheck) {
  const auto summary = summarise(make_run({"vllm"}), good_rows());
  for (const Check& check : summary.checks) EXPECT_EQ(check.level, Level::kPass) << check.text;
  EXPECT_EQ(summary.validity, Level::kPass);
  EXPECT_TRUE(summary.client.ok);
  EXPECT_EQ(summary.client.text, "client ok");
}

TEST(Validity, PromptsThatTheEngineKnowsAreTold) {
  RunInput run = make_run({"vllm"});
  for (const auto share : {std::optional<double>(), std::optional<double>(0.2)}) {
    run.targets[0].known_prompts = share;
    const auto checks = summarise(run, good_rows()).checks;
    EXPECT_EQ(std::ranges::count(checks, "known_prompts", &Check::id), 0);
  }
  run.targets[0].known_prompts = 0.62;
  const auto checks = summarise(run, good_rows()).checks;
  const Check& check = find(checks, "known_prompts");
  EXPECT_EQ(check.level, Level::kWarn);
  EXPECT_TRUE(check.text.starts_with("vllm: 62.0% of the input tokens came from its prefix cache"))
      << check.text;
}

struct Fault {
  std::string_view id;
  Level level;
  std::function<void(std::vector<Row>&)> make;
};

void fail_first(std::vector<Row>& rows, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) rows[i].status = Status::kHttpServerError;
}

// Each fault alone raises its own check, and only that.
TEST(Validity, EachFaultRaisesItsCheck) {
  const std::vector<Fault> faults = {
      {"requests", Level::kWarn,
       [](auto& rows) {
         for (std::size_t i = 0; i < rows.size(); ++i) rows[i].warmup = i % 3 != 0;
       }},
      {"errors", Level::kPass, [](auto& rows) { fail_first(rows, 10); }},  // 5% is the limit
      {"errors", Level::kWarn, [](auto& rows) { fail_first(rows, 11); }},
      {"dropped", Level::kWarn,
       [](auto& rows) { rows.push_back(Row{.index = 900, .status = Status::kDropped}); }},
      {"token_counts", Level::kWarn,
       [](auto& rows) { rows[7].output_source = TokenSource::kChunks; }},
      {"output_lengths", Level::kWarn,
       [](auto& rows) {
         for (auto& row : rows) row.planned_output_tokens = 100;
       }},
      {"drift", Level::kWarn,
       [](auto& rows) {
         for (auto& row : rows) {
           if (row.block == 4) row.end += at_ms(100);
         }
       }},
      {"kernel_stamps", Level::kWarn,
       [](auto& rows) {
         for (auto& row : rows) row.stamped_reads = 0;
       }},
      {"client_lag", Level::kWarn,
       [](auto& rows) {
         for (auto& row : rows) row.lag_mean = at_ms(6);  // 60% of a TPOT of 10 ms
       }},
      {"client_lag", Level::kFail,
       [](auto& rows) {
         for (auto& row : rows) row.lag_mean = at_ms(10);
       }},
      {"schedule_lag", Level::kWarn,
       [](auto& rows) {
         for (auto& row : rows) row.planned -= at_ms(11);  // 11% of a TTFT of 100 ms
       }},
      {"schedule_lag", Level::kFail,
       [](auto& rows) {
         for (auto& row : rows) row.planned -= at_ms(101);
       }},
  };
  for (const Fault& fault : faults) {
    std::vector<Row> rows = good_rows();
    fault.make(rows);
    RunInput run = make_run({"vllm"});
    if (std::string_view(fault.id) == "schedule_lag") run.load = LoadKind::kOpen;
    const auto summary = summarise(run, rows);
    const Check& check = find(summary.checks, fault.id);
    EXPECT_EQ(check.level, fault.level) << check.text;
    EXPECT_TRUE(check.text.starts_with("vllm: ")) << check.text;
    EXPECT_EQ(summary.validity, fault.level) << fault.id;
  }
}

TEST(Validity, InClosedLoopALateSendIsAnIdlePlace) {
  auto rows = good_rows();
  for (Row& row : rows) row.planned -= at_ms(11);  // much of a TTFT, little of the whole
  EXPECT_EQ(find(checks_of(make_run({"vllm"}), rows), "schedule_lag").level, Level::kPass);
  for (Row& row : rows) row.planned -= (row.end - row.sent) / 5;
  const auto checks = checks_of(make_run({"vllm"}), rows);
  EXPECT_EQ(find(checks, "schedule_lag").level, Level::kWarn);
  EXPECT_NE(find(checks, "schedule_lag").text.find("of the median E2E"), std::string::npos);
}

TEST(Validity, MostlyFailedIsNotValid) {
  auto rows = good_rows();
  fail_first(rows, 101);
  const auto summary = summarise(make_run({"vllm"}), rows);
  EXPECT_EQ(find(summary.checks, "errors").level, Level::kFail);
  EXPECT_FALSE(summary.valid());
}

TEST(Validity, ShortRunsAreWarnedOf) {
  auto rows = good_rows();
  for (Row& row : rows) row.warmup = row.block > 2;  // 48 s
  EXPECT_EQ(find(checks_of(make_run({"vllm"}), rows), "duration").level, Level::kWarn);
}

// Ten answered requests turn into ones that were never sent: no failures of the target's.
TEST(Validity, AClientWithoutFilesOrPortsIsTheBottleneckAndNoFaultOfTheTarget) {
  auto rows = good_rows();
  const std::size_t all = rows.size();
  for (std::size_t i = 0; i < 10; ++i) {
    rows[i] = Row{.index = rows[i].index, .end = at_ms(1)};
    rows[i].status = Status::kClientLimit;
    rows[i].error = "too many open files";
  }
  const auto summary = summarise(make_run({"vllm"}), rows);
  const TargetSummary& t = summary.targets[0];
  EXPECT_EQ(t.counts.planned, all);
  EXPECT_EQ(t.counts.failed, 0u);
  EXPECT_EQ(t.counts.dropped, 10u);
  EXPECT_EQ(t.counts.by_status[static_cast<std::size_t>(Status::kDropped)], 0u);
  EXPECT_EQ(t.counts.by_status[static_cast<std::size_t>(Status::kClientLimit)], 10u);
  EXPECT_EQ(*t.rate(MetricId::kSuccessRate)->value, 1.0);
  EXPECT_EQ(find(summary.checks, "errors").level, Level::kPass);
  EXPECT_EQ(find(summary.checks, "client_limit").level, Level::kFail);
  EXPECT_FALSE(summary.client.ok);
  EXPECT_EQ(summary.client.text,
            fmt::format("client was the bottleneck: 10 of {} requests were never sent, as the "
                        "client ran out (too many open files)",
                        all));
  EXPECT_FALSE(summary.valid());
}

TEST(Validity, ABusyClientIsTheBottleneck) {
  RunInput run = make_run({"vllm"});
  run.client_cpu_share = 0.95;
  const auto summary = summarise(run, good_rows());
  EXPECT_FALSE(summary.client.ok);
  EXPECT_EQ(
      summary.client.text,
      "client was the bottleneck: the busiest worker used 95.0% of a core; use more --workers");
  run.client_cpu_share.reset();
  EXPECT_TRUE(summarise(run, good_rows()).client.ok);
}

TEST(Validity, ALateClientIsOkUntilItsDelayReachesWhatItMeasures) {
  for (const auto& [lag_ms, ok] : {std::pair{6.0, true}, std::pair{10.0, false}}) {
    auto rows = good_rows();
    for (Row& row : rows) row.lag_mean = at_ms(lag_ms);  // of a TPOT of 10 ms
    const auto client = summarise(make_run({"vllm"}), rows).client;
    EXPECT_EQ(client.ok, ok);
    EXPECT_TRUE(
        client.text.starts_with(ok ? "client ok, though vllm: " : "client was the bottleneck: "))
        << client.text;
  }
}

// Blocks of 40 requests that all leave at once, and end together: they never see a full load.
TEST(Validity, TurnsWithoutAFullLoadAreWarnedOf) {
  auto rows = good_rows();
  const auto leave_at_once = [&](std::uint32_t block) {
    for (std::uint32_t i = block * 40; i < (block + 1) * 40; ++i) {
      rows[i] = make_row({.block = block, .planned_ms = 16'000.0 * block, .gap_ms = 300}, i);
    }
  };
  leave_at_once(4);  // 3.1 s of 70 s
  EXPECT_EQ(find(checks_of(make_run({"vllm"}), rows), "block_length").level, Level::kPass);
  for (std::uint32_t block = 0; block < 4; ++block) leave_at_once(block);
  const Check all = find(checks_of(make_run({"vllm"}), rows), "block_length");
  EXPECT_EQ(all.level, Level::kWarn);
  EXPECT_EQ(*all.value, 1);
  EXPECT_NE(all.text.find("--blocks"), std::string::npos);
}

TEST(Validity, ALongAnswerAtTheEndOfATurnDoesNoHarm) {
  auto rows = good_rows();  // blocks of about 16 s, answers of 0.2 s
  const double before =
      *summarise(make_run({"vllm"}), rows).targets[0].rate(MetricId::kRequestRate)->value;
  for (std::size_t i = 39; i < rows.size(); i += 40) rows[i].end = rows[i].sent + at_ms(9000);
  const auto summary = summarise(make_run({"vllm"}), rows);
  EXPECT_EQ(find(summary.checks, "block_length").level, Level::kPass);
  EXPECT_NEAR(*summary.targets[0].rate(MetricId::kRequestRate)->value, before, 0.03 * before);
}

TEST(Validity, ATurnWithoutAnEndHasNothingToTellBy) {
  auto rows = good_rows();
  for (Row& row : rows) {
    row.status = Status::kConnectRefused;
    row.end = kNever;
  }
  EXPECT_EQ(find(checks_of(make_run({"vllm"}), rows), "block_length").level, Level::kPass);
}

TEST(Validity, CountsThatCannotBeTrueTakeTheAnswerAway) {
  auto rows = good_rows();
  rows[3].output_tokens = UINT32_MAX;  // 11 asked for, 11 came
  const auto summary = summarise(make_run({"vllm"}), rows);
  const Check& check = find(summary.checks, "token_counts");
  EXPECT_EQ(check.level, Level::kFail);
  EXPECT_NE(check.text.find("4,294,967,295 output tokens for 1 requests"), std::string::npos)
      << check.text;
  EXPECT_FALSE(summary.valid());
}

TEST(Validity, ACountIsCredibleWhereChunksOrThePlanExplainIt) {
  const auto level = [](std::uint32_t asked, std::uint32_t told, std::uint32_t chunks) {
    auto rows = good_rows();
    for (Row& row : rows) {
      row.planned_output_tokens = asked;
      row.output_tokens = told;
      row.chunk_at.assign(chunks, row.end);
      row.chunk_tokens.assign(chunks, 1);
    }
    return find(checks_of(make_run({"vllm"}), rows), "token_counts").level;
  };
  EXPECT_EQ(level(11, 110, 11), Level::kPass);
  EXPECT_EQ(level(11, 111, 11), Level::kFail);
  EXPECT_EQ(level(11, 400, 40), Level::kPass);    // reasoning past the limit, seen to come
  EXPECT_EQ(level(2000, 2000, 1), Level::kPass);  // all in one chunk
  EXPECT_EQ(level(0, 100'000, 1), Level::kPass);
  EXPECT_EQ(level(0, 100'001, 1), Level::kFail);
}

TEST(Validity, AFewIncredibleTokensAreOnlyWarnedOf) {
  auto rows = good_rows();
  for (Row& row : rows) row.planned_output_tokens = row.output_tokens = 200;
  rows[0].planned_output_tokens = 20;
  rows[0].output_tokens = 201;  // 0.5% of all
  EXPECT_EQ(find(checks_of(make_run({"vllm"}), rows), "token_counts").level, Level::kWarn);
}

TEST(Validity, APartialRunSaysSo) {
  RunInput run = make_run({"vllm"});
  run.partial = true;
  EXPECT_EQ(find(checks_of(run, good_rows()), "complete").level, Level::kWarn);
}

std::vector<Row> two_targets(std::uint32_t other_output, std::uint32_t other_input) {
  std::vector<Row> rows = good_rows();
  for (std::size_t i = 0; i < 200; ++i) {
    Row row = rows[i];
    row.target = 1;
    row.output_tokens = other_output;
    row.input_tokens = other_input;
    rows.push_back(row);
  }
  return rows;
}

TEST(Validity, TargetsMustHaveDoneTheSameWork) {
  const RunInput run = make_run({"vllm", "tgi"});
  const auto equal = checks_of(run, two_targets(11, 52));
  EXPECT_EQ(find(equal, "equal_output").level, Level::kPass);
  EXPECT_EQ(find(equal, "equal_input").level, Level::kPass);
  EXPECT_EQ(find(equal, "blocks").level, Level::kPass);
  const auto unequal = checks_of(run, two_targets(12, 53));
  EXPECT_EQ(find(unequal, "equal_output").level, Level::kWarn);
  EXPECT_EQ(find(unequal, "equal_input").level, Level::kWarn);
}

TEST(Validity, TargetsMustHaveTakenTurns) {
  RunInput run = make_run({"vllm", "tgi"});
  auto rows = two_targets(11, 50);
  run.order = TurnOrder::kTogether;
  EXPECT_EQ(find(checks_of(run, rows), "blocks").level, Level::kWarn);
  run.order = TurnOrder::kSequential;
  for (Row& row : rows) row.block = 0;
  EXPECT_EQ(find(checks_of(run, rows), "blocks").level, Level::kWarn);
}

TEST(Validity, OfNothing) {
  EXPECT_EQ(worst({}), Level::kPass);
  EXPECT_EQ(client_verdict({}).text, "client ok");
  EXPECT_TRUE(summarise(make_run({}), {}).valid());
  EXPECT_FALSE(summarise(make_run({"vllm"}), {}).valid());
}

}  // namespace
}  // namespace tt::analysis
