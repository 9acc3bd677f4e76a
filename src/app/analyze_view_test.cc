#include "app/analyze_view.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/test_rows.h"
#include "app/test_gold.h"
#include "report/analysis_json.h"

namespace tt::app {
namespace {

using analysis::at_ms;
using analysis::RunAnalysis;
using analysis::Section;
using record::Row;

// Two turns of 300 requests, eight at a time, of users al and bea; the first 30 are slow to answer,
// a few stall, a few fail.
std::vector<Row> made_up() {
  Rng rng = Rng::stream(3, "view");
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 600; ++i) {
    const double slow = i < 30 ? 3 : 1;
    const auto tokens = static_cast<std::uint32_t>(20 + rng.below(40));
    const auto input = static_cast<std::uint32_t>(100 + rng.below(900));
    const analysis::RowShape shape{
        .block = i < 300 ? 0U : 1U,
        .planned_ms = static_cast<double>(i) * 50 + (i < 300 ? 0 : 9000),
        .waited_ms = 0.5,
        .ttft_ms = slow * (30 + input / 10.0) * std::exp(0.1 * rng.normal()),
        .gap_ms = 7 * std::exp(0.1 * rng.normal()),
        .tokens = tokens};
    Row row = i % 50 == 49 ? analysis::make_failed(shape, Status::kOverloaded, i)
                           : analysis::make_row(shape, i);
    if (!row.ok()) row.http_code = 429;
    if (!row.ok()) row.error = "try again \x1b[31mlater";
    if (row.ok() && i % 100 == 20) {
      for (std::size_t c = 10; c < row.chunk_at.size(); ++c) row.chunk_at[c] += at_ms(400);
      row.last_token = row.end = row.chunk_at.back();
    }
    row.input_tokens = input;
    row.user = i % 3 == 0 ? "al" : "bea";
    rows.push_back(row);
  }
  return rows;
}

RunAnalysis analyzed(const std::vector<Row>& rows, std::vector<std::string> names = {"vllm"}) {
  auto run = analysis::make_run(std::move(names));
  run.slos = {*analysis::make_slo("ttft", 0.95, 150e6, "ttft_p95=150ms")};
  return analysis::analyze(record::make_frame(rows), run, {.first = 30});
}

std::vector<Line> all_lines(const RunAnalysis& analysis, std::size_t width) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < analysis::kSectionCount; ++i) {
    append(lines, section_lines(analysis, static_cast<Section>(i), width));
  }
  return lines;
}

TEST(AnalyzeView, EverySection) {
  const auto analysis = analyzed(made_up());
  expect_gold(plain_text(all_lines(analysis, 100)), "analyze_100.txt");
  expect_gold(plain_text(all_lines(analysis, 80)), "analyze_80.txt");
}

TEST(AnalyzeView, IsAsciiOnADumbTerminal) {
  std::string text;
  for (const auto& line : all_lines(analyzed(made_up()), 100)) {
    text += paint(line, {.utf8 = false}) + "\n";
  }
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 32 && c < 127); }));
  EXPECT_EQ(text.find('?'), text.find('?', text.find("does it stay")));  // a heading asks
}

TEST(AnalyzeView, NeverWiderThanTheTerminal) {
  const auto analysis = analyzed(made_up(), {"a-target-of-a-rather-long-name"});
  for (const std::size_t width : {80u, 100u, 120u, 200u}) {
    expect_within(all_lines(analysis, width), width);
  }
}

TEST(AnalyzeView, SaysWhyThereIsNothing) {
  Row imported;  // another tool's: no instants, no chunks
  imported.status = Status::kOk;
  imported.reported = {.ttft = 5 * kMillisecond, .e2e = 50 * kMillisecond};
  expect_gold(plain_text(all_lines(analyzed({imported}), 80)), "analyze_one_row_80.txt");
  expect_gold(plain_text(all_lines(analyzed({}), 80)), "analyze_nothing_80.txt");
  expect_gold(plain_text(all_lines(analyzed({analysis::make_failed({}, Status::kTls)}), 80)),
              "analyze_all_failed_80.txt");
}

TEST(AnalyzeView, OfAFailedRunShowsOnlyWhatWasAskedFor) {
  const auto frame = record::make_frame(std::vector{analysis::make_failed({}, Status::kTls)});
  const auto analysis =
      analysis::analyze(frame, analysis::make_run({"vllm"}), {.sections = {Section::kTime}});
  EXPECT_FALSE(section_lines(analysis, Section::kTime, 80).empty());
  EXPECT_TRUE(section_lines(analysis, Section::kLatency, 80).empty());
}

TEST(AnalyzeView, ForeignTextCannotStyleTheTerminal) {
  EXPECT_EQ(plain_text(all_lines(analyzed(made_up()), 100)).find('\x1b'), std::string::npos);
}

TEST(AnalyzeView, SeveralTargetsAreNamed) {
  auto rows = made_up();
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].target = i % 2;
  const auto text =
      plain_text(section_lines(analyzed(rows, {"vllm", "tgi"}), Section::kLatency, 100));
  EXPECT_LT(text.find("\nvllm\n"), text.find("\ntgi\n"));
}

// The long lists of points are counted, so that the gold file can be read.
void shorten(nlohmann::ordered_json& json) {
  if (json.is_array() && json.size() > 8) {
    json = "an array of " + std::to_string(json.size());
  } else if (json.is_number_float()) {
    json = std::round(json.get<double>() * 1e4) / 1e4;
  } else if (json.is_structured()) {
    for (auto& item : json) shorten(item);
  }
}

TEST(AnalyzeJson, HoldsEverySection) {
  auto json = nlohmann::ordered_json::parse(report::analysis_json(analyzed(made_up())));
  shorten(json);
  expect_gold(json.dump(2) + "\n", "analyze.json");
}

TEST(AnalyzeJson, IsValidWhateverTheRows) {
  for (const auto& rows : {std::vector<Row>(), std::vector<Row>(1),
                           std::vector{analysis::make_failed({}, Status::kTls)}}) {
    EXPECT_TRUE(nlohmann::json::accept(report::analysis_json(analyzed(rows))));
  }
}

}  // namespace
}  // namespace tt::app
