#include "analysis/volume.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

using record::Row;

Volume volume_of(const std::vector<Row>& rows, LoadKind load = LoadKind::kClosed) {
  return volume(group_rows(rows, 1, load)[0], {});
}

// --- By hand

// One user, three answers of 11 tokens in 200 ms each, one after the other. Every place is taken
// from the first end, 200 ms, to the last send, 400 ms; the second answer arrived meanwhile.
TEST(Volume, OfOneUserByHand) {
  std::vector<Row> rows;
  for (int i = 0; i < 3; ++i) rows.push_back(make_row({.planned_ms = 200.0 * i}));
  const Volume v = volume_of(rows);
  EXPECT_EQ(v.output_tokens, 33u);
  EXPECT_DOUBLE_EQ(v.whole_s, 0.6);
  EXPECT_DOUBLE_EQ(v.full_load_s, 0.2 * 33 / 11);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kOutputRate), 55);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kRequestRate), 5);
  EXPECT_EQ(v.never_full_s, 0);
}

// Two users, 11 tokens in 200 ms each, and a last answer of 21 tokens that is waited for alone. The
// whole reads low; between the first end and the last send 22 tokens came in 200 ms.
TEST(Volume, WaitingForTheLastAnswerDoesNotCount) {
  std::vector<Row> rows;
  for (int i = 0; i < 6; ++i)
    rows.push_back(make_row({.planned_ms = i < 2 ? 0.0 : i < 4 ? 200.0 : 400.0}));
  rows[5] = make_row({.planned_ms = 400, .tokens = 91});  // ends at 1,400 ms
  const Volume v = volume_of(rows);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kOutputRate), 110);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kWholeOutputRate), (5 * 11 + 91) / 1.4);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kRequestRate), 6 / (146 / 110.0));
}

TEST(Volume, SumsTheTimeOfBlocksAndNotTheTurnsBetween) {
  // Two blocks of 200 ms each, ten seconds apart: 22 tokens in 0.4 s. A single request is never at
  // full load, so all of its time counts.
  const Volume v = volume_of(
      {make_row({.block = 0, .planned_ms = 0}), make_row({.block = 1, .planned_ms = 10'000})});
  EXPECT_DOUBLE_EQ(v.whole_s, 0.4);
  EXPECT_DOUBLE_EQ(v.full_load_s, 0.4);
  EXPECT_DOUBLE_EQ(v.never_full_s, 0.4);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kOutputRate), 55);
  EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kRequestRate), 5);
}

TEST(Volume, FailuresCostTimeAndCancelledRequestsDoNot) {
  Row timeout = make_failed({.planned_ms = 0}, Status::kTotalTimeout, 1);
  timeout.end = at_ms(1000);
  Row cancelled = make_failed({.planned_ms = 0}, Status::kCancelled, 2);
  cancelled.end = at_ms(5000);
  const Volume v = volume_of({make_row({}), timeout, cancelled});
  EXPECT_DOUBLE_EQ(v.full_load_s, 1);
  EXPECT_EQ(v.requests, 1u);
}

TEST(Volume, ADeadServerCostsTheTimeUntilTheLastSend) {
  std::vector<Row> rows;
  for (int i = 0; i < 10; ++i) rows.push_back(make_row({.planned_ms = 200.0 * i}));
  for (int i = 10; i < 20; ++i) {
    rows.push_back(make_failed({.planned_ms = 200.0 * i}, Status::kTotalTimeout));
  }
  // 9 answers in the 3.6 s from the first end to the last send.
  EXPECT_DOUBLE_EQ(*volume_of(rows).per_second(MetricId::kOutputRate), 9 * 11 / 3.6);
}

// Two users; an answer to the second, sent at 1,000 ms, is cut short when the run is stopped at
// 1,600 ms. What came of it is not known, so the pace is that of the time before.
TEST(Volume, OfAStoppedRunEndsWhereAnswersWereCutShort) {
  std::vector<Row> rows;
  for (int i = 0; i < 8; ++i) rows.push_back(make_row({.planned_ms = 200.0 * i}));
  for (int i = 0; i < 5; ++i) rows.push_back(make_row({.planned_ms = 200.0 * i}));
  rows.push_back(make_failed({.planned_ms = 1000}, Status::kCancelled));
  EXPECT_DOUBLE_EQ(*volume_of(rows).per_second(MetricId::kOutputRate), 110);
}

TEST(Volume, TokensOfTheWarmUpBelongToThePace) {
  // Two users; the warm-up's second answer still streams when the first measured one leaves.
  std::vector<Row> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(make_row({.planned_ms = 200.0 * i}));
  rows.push_back(make_row({.planned_ms = -500, .tokens = 91}));  // until 500 ms
  rows.back().warmup = true;
  for (int i = 0; i < 3; ++i) rows.push_back(make_row({.planned_ms = 500.0 + 200 * i}));
  // From 200 ms to 1,000 ms: 44 tokens of the first user, 22 and 20 of the other, 30 of the
  // warm-up.
  EXPECT_NEAR(*volume_of(rows).per_second(MetricId::kOutputRate), (44 + 30 + 11 + 11 + 1) / 0.8,
              0.01);
}

TEST(Volume, OfNothingHasNoRate) {
  EXPECT_FALSE(volume(TargetRows{}, {}).per_second(MetricId::kRequestRate));
  EXPECT_FALSE(volume_of({make_failed({}, Status::kCancelled)}).per_second(MetricId::kOutputRate));
  Row endless = make_row({});
  endless.end = kNever;
  for (const LoadKind load : {LoadKind::kClosed, LoadKind::kOpen}) {
    EXPECT_FALSE(volume_of({endless}, load).per_second(MetricId::kOutputRate));
    EXPECT_FALSE(volume_of({}, load).per_second(MetricId::kWholeOutputRate));
  }
}

TEST(Volume, OfAnswersWithoutTokensCountsAllTheirTime) {
  std::vector<Row> rows;
  for (int i = 0; i < 3; ++i) {
    rows.push_back(make_row({.planned_ms = 200.0 * i}));
    rows.back().output_tokens = 0;
  }
  EXPECT_DOUBLE_EQ(*volume_of(rows).per_second(MetricId::kRequestRate), 5);
}

// --- Against a known rate

// An engine of `users` places that gives each a token every 10 ms, after a wait of 50 ms: what a
// place does is known, and so is the rate of them all.
struct Engine {
  double wait_ms = 50;
  double gap_ms = 10;
  std::uint32_t users = 16;
  std::function<double(Rng&)> length;
  double mean_length = 0;

  double tokens_per_s() const {
    return 1e3 * users * mean_length / (wait_ms + gap_ms * (mean_length - 1));
  }
};

void play_block(std::vector<Row>& rows, const Engine& engine, std::uint32_t block, double seconds,
                Rng& rng) {
  const double start_ms = block * 1e6;
  for (std::uint32_t user = 0; user < engine.users; ++user) {
    double now = start_ms;
    while (now < start_ms + seconds * 1e3) {
      const auto tokens = static_cast<std::uint32_t>(std::max(2.0, engine.length(rng)));
      rows.push_back(make_row({.block = block,
                               .planned_ms = now,
                               .ttft_ms = engine.wait_ms,
                               .gap_ms = engine.gap_ms * (1 + 0.02 * rng.normal()),
                               .tokens = tokens}));
      now = to_millis(rows.back().end);
    }
  }
}

// Lengths as of the engines' users: all alike, scattered, and with a long tail (mean 250, deviation
// about 200).
std::vector<std::pair<std::string, Engine>> engines() {
  const auto long_tail = [](Rng& rng) { return 195.2 * std::exp(0.703 * rng.normal()); };
  return {
      {"alike", {.length = [](Rng&) { return 100.0; }, .mean_length = 100}},
      {"scattered",
       {.length = [](Rng& rng) { return 100 + 30 * rng.normal(); }, .mean_length = 100}},
      {"long tail", {.length = long_tail, .mean_length = 250}},
      {"one user", {.users = 1, .length = [](Rng&) { return 100.0; }, .mean_length = 100}},
  };
}

// The same load in 1, 2 and 5 blocks of the same 40 s has the same rate, within 3%; over the whole
// of its time that of the long tail reads a fifth low and more.
TEST(Volume, TheNumberOfBlocksDoesNotMoveARate) {
  for (const auto& [name, engine] : engines()) {
    for (const std::uint32_t blocks : {1U, 2U, 5U}) {
      Rng rng = Rng::stream(blocks, name);
      std::vector<Row> rows;
      for (std::uint32_t b = 0; b < blocks; ++b) play_block(rows, engine, b, 40.0 / blocks, rng);
      const Volume v = volume_of(rows);
      const double rate = *v.per_second(MetricId::kOutputRate) / engine.tokens_per_s();
      EXPECT_NEAR(rate, 1, 0.03) << name << ", blocks: " << blocks;
      EXPECT_EQ(v.never_full_s, 0) << name;
      const double requests = *v.per_second(MetricId::kRequestRate);
      const double mean_length = static_cast<double>(v.output_tokens) / v.requests;
      EXPECT_NEAR(requests * mean_length, *v.per_second(MetricId::kOutputRate), 1e-6);
      if (name == "long tail" && blocks == 5) {
        EXPECT_LT(*v.per_second(MetricId::kWholeOutputRate), 0.8 * engine.tokens_per_s());
      }
    }
  }
}

TEST(Volume, AnswersInOneChunkAreSpreadOverTheirTime) {
  const Engine engine = engines()[1].second;
  Rng rng = Rng::stream(1, "one chunk");
  std::vector<Row> rows;
  for (std::uint32_t b = 0; b < 5; ++b) play_block(rows, engine, b, 8, rng);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].chunk_at = {rows[i].end};
    rows[i].chunk_tokens = {rows[i].output_tokens};
    if (i % 2 == 0) {  // a file that tells no chunks
      rows[i].chunk_at.clear();
      rows[i].chunk_tokens.clear();
    }
  }
  EXPECT_NEAR(*volume_of(rows).per_second(MetricId::kOutputRate) / engine.tokens_per_s(), 1, 0.03);
}

// Requests of 1 s that come ten a second, to a server that answers at once or has to queue them:
// one place that is done with a request in `service_ms`.
std::vector<Row> arrivals(std::uint32_t blocks, double seconds, double service_ms, bool queue) {
  std::vector<Row> rows;
  Rng rng = Rng::stream(1, "arrivals");
  for (std::uint32_t b = 0; b < blocks; ++b) {
    double free_at = 0;
    const auto n = static_cast<int>(seconds * 10);
    for (int i = 0; i < n; ++i) {
      const double planned = b * 1e6 + 100.0 * i;
      const double begin = queue ? std::max(planned, free_at) : planned;
      const double took = service_ms * std::exp(0.3 * rng.normal() - 0.045);
      free_at = begin + took;
      rows.push_back(make_row({.block = b,
                               .planned_ms = planned,
                               .ttft_ms = begin - planned + took / 2,
                               .gap_ms = took / 20,
                               .tokens = 11}));
    }
  }
  return rows;
}

TEST(Volume, AnOpenLoopThatKeepsUpHasTheRateOfItsArrivals) {
  for (const std::uint32_t blocks : {1U, 2U, 5U}) {
    const Volume v = volume_of(arrivals(blocks, 40.0 / blocks, 2000, false), LoadKind::kOpen);
    EXPECT_NEAR(*v.per_second(MetricId::kRequestRate), 10, 0.3) << blocks;
    EXPECT_NEAR(*v.per_second(MetricId::kOutputRate), 110, 3.3) << blocks;
    EXPECT_EQ(v.never_full_s, 0);
  }
}

TEST(Volume, AnOpenLoopThatDoesNotHasTheRateOfItsServer) {
  for (const std::uint32_t blocks : {1U, 2U, 5U}) {
    const Volume v = volume_of(arrivals(blocks, 40.0 / blocks, 200, true), LoadKind::kOpen);
    EXPECT_NEAR(*v.per_second(MetricId::kRequestRate), 5, 0.2) << blocks;
  }
}

TEST(Volume, AnOpenLoopThatWasStoppedKeepsItsRate) {
  auto rows = arrivals(1, 40, 2000, false);
  for (Row& row : rows) {
    if (row.end > at_ms(30'000)) row.status = Status::kCancelled;
  }
  std::erase_if(rows, [](const Row& row) { return row.sent > at_ms(30'000); });
  EXPECT_NEAR(*volume_of(rows, LoadKind::kOpen).per_second(MetricId::kRequestRate), 10, 0.3);
}

TEST(Volume, RequestsThatAllLeftAtOnceCountAllTheirTime) {
  const std::vector<Row> rows(4, make_row({}));
  for (const LoadKind load : {LoadKind::kClosed, LoadKind::kOpen}) {
    const Volume v = volume_of(rows, load);
    EXPECT_DOUBLE_EQ(*v.per_second(MetricId::kOutputRate), 4 * 55);
    EXPECT_DOUBLE_EQ(v.never_full_s, 0.2);
  }
}

// --- Stretches

TEST(RateSections, HoldEveryTokenWhereItArrived) {
  // Tokens at 100, 110, ..., 200 of 200 ms; the server counts twice as many as there are chunks.
  Row row = make_row({});
  row.output_tokens = 22;
  const auto grouped = group_rows(std::span(&row, 1), 1);
  const auto sections = rate_sections(grouped[0], 0, MetricId::kOutputRate, 4, {});
  ASSERT_EQ(sections.size(), 4u);
  EXPECT_DOUBLE_EQ(sections[0], 0);
  EXPECT_DOUBLE_EQ(sections[1], 2 / 0.05);  // a stretch ends with the token on its border
  EXPECT_DOUBLE_EQ(sections[2], 10 / 0.05);
  EXPECT_DOUBLE_EQ(sections[3], 10 / 0.05);
  const auto requests = rate_sections(grouped[0], 0, MetricId::kRequestRate, 4, {});
  EXPECT_EQ(requests, (std::vector<double>{0, 0, 0, 20}));
  const Row nothing = make_failed({}, Status::kCancelled);
  EXPECT_TRUE(
      rate_sections(group_rows(std::span(&nothing, 1), 1)[0], 0, MetricId::kOutputRate, 10, {})
          .empty());
}

TEST(RateSections, HaveTheRateAsTheirMean) {
  Rng rng = Rng::stream(3, "sections");
  std::vector<Row> rows;
  play_block(rows, engines()[2].second, 0, 40, rng);
  rows[20].warmup = rows[21].warmup = true;
  const auto mean = [](const std::vector<double>& of) {
    return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
  };
  const auto closed = group_rows(rows, 1)[0];
  EXPECT_NEAR(mean(rate_sections(closed, 0, MetricId::kOutputRate, 10, {})),
              *volume(closed, {}).per_second(MetricId::kOutputRate), 1e-6);
  const auto sent = arrivals(1, 40, 200, true);
  const auto open = group_rows(sent, 1, LoadKind::kOpen)[0];
  for (const MetricId rate : {MetricId::kOutputRate, MetricId::kRequestRate}) {
    EXPECT_NEAR(mean(rate_sections(open, 0, rate, 10, {})), *volume(open, {}).per_second(rate),
                1e-6);
  }
}

}  // namespace
}  // namespace tt::analysis
