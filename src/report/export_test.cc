#include "report/export.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/test_rows.h"
#include "base/test_gold.h"
#include "record/duck.h"
#include "report/summary_json.h"

namespace tt::report {
namespace {

using analysis::make_failed;
using analysis::make_row;
using analysis::make_run;
using nlohmann::json;
using record::Row;

// Two targets, three blocks, every kind of row. Times are such that all figures are exact.
struct Sample {
  analysis::RunInput input = make_run({"vllm", "=tgi, new"});
  std::vector<Row> rows;
  analysis::RunSummary summary;
  ExportMetadata metadata{.exported_at = "2026-01-31T12:00:00.000Z",
                          .configuration = {{"load", "concurrency 1"}, {"stop", "8 requests"}},
                          .environment = {{"host", "bench"}, {"version", "0.1.0"}}};

  Sample() {
    input.slos = {*analysis::make_slo("ttft", 0.5, 150e6, "ttft_p50=150ms")};
    for (std::uint32_t target = 0; target < 2; ++target) {
      for (std::uint32_t i = 0; i < 9; ++i) {
        rows.push_back(make_row({.target = target,
                                 .block = i / 3,
                                 .planned_ms = 1000.0 * i + 10'000.0 * target,
                                 .waited_ms = 1,
                                 .ttft_ms = 125.0 * (target + 1),
                                 .gap_ms = 12.5,
                                 .tokens = 11},
                                rows.size()));
      }
    }
    rows[0].warmup = true;
    rows[10] = make_failed({.target = 1, .planned_ms = 11'000}, Status::kOverloaded, 10);
    rows[10].error = "=cmd|' /C calc'!A0, \"busy\"";
    rows[11] = make_failed({.target = 1, .planned_ms = 12'000}, Status::kTruncated, 11);
    rows[11].error.clear();
    rows[12].request_id.clear();
    Row dropped{.index = 18, .target = 1, .status = Status::kDropped};
    rows.push_back(dropped);
    summary = analysis::summarise(input, rows);
  }
  ExportRun run() const { return {input, summary, rows}; }
};

TEST(Export, GoldFiles) {
  const Sample sample;
  const auto written = [](auto write) {
    std::ostringstream out;
    write(out);
    return out.str();
  };
  for (std::size_t t = 0; t < 2; ++t) {
    const std::string stem = "report/target" + std::to_string(t) + "_results";
    expect_gold(written([&](auto& out) { write_results_csv(out, sample.run(), t); }),
                stem + ".csv");
    expect_gold(
        written([&](auto& out) { write_results_json(out, sample.run(), t, sample.metadata); }),
        stem + ".json");
  }
  expect_gold(written([&](auto& out) { write_summary_csv(out, sample.run()); }),
              "report/summary.csv");
  expect_gold(written([&](auto& out) { write_summary_json(out, sample.run(), sample.metadata); }),
              "report/summary.json");
}

TEST(Export, FixedColumns) {
  const Sample sample;
  std::ostringstream results;
  std::ostringstream summary;
  write_results_csv(results, sample.run(), 0);
  write_summary_csv(summary, sample.run());
  EXPECT_TRUE(results.str().starts_with(
      "request_id,engine,model,scenario,prompt_tokens,completion_tokens,total_duration,ttft,"
      "tokens_per_sec,success,error_message\r\nr1,vllm,model,test,50,11,0.25,0.125,44,True,\r\n"));
  EXPECT_TRUE(
      summary.str().starts_with("engine,model,scenario,requests,success_rate,mean_latency,p50_"
                                "latency,p95_latency,p99_latency,"
                                "mean_ttft,mean_tokens_per_sec,total_tokens\r\n"
                                "vllm,model,test,8,1,0.25,0.25,0.25,0.25,0.125,44,488\r\n"));
}

TEST(Export, FailedRequestsHaveNoDurations) {
  const Sample sample;
  std::ostringstream out;
  write_results_csv(out, sample.run(), 1);
  EXPECT_NE(out.str().find("r10,\"'=tgi, new\",model,test,50,0,,,,False,"
                           "\"'=cmd|' /C calc'!A0, \"\"busy\"\"\"\r\n"),
            std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find(",False,truncated\r\n"), std::string::npos);
  EXPECT_NE(out.str().find("\r\n12,"), std::string::npos);  // its index where it has no id
}

TEST(Export, JsonHoldsEveryRequestAndTheStatistics) {
  const Sample sample;
  std::ostringstream out;
  write_results_json(out, sample.run(), 0, sample.metadata);
  const json parsed = json::parse(out.str());
  EXPECT_EQ(parsed["engine_name"], "vllm");
  EXPECT_EQ(parsed["metrics"].size(), 9u);  // the warm-up is there, and flagged
  EXPECT_EQ(parsed["metrics"][0]["warmup"], true);
  EXPECT_EQ(parsed["total_requests"], 8);
  EXPECT_EQ(parsed["statistics"]["latency"]["p95"], 0.25);
  EXPECT_EQ(parsed["statistics"]["latency"]["std_dev"], 0);
  EXPECT_EQ(parsed["statistics"]["ttft"]["mean"], 0.125);
  EXPECT_EQ(parsed["metadata"]["configuration"]["load"], "concurrency 1");
  EXPECT_EQ(parsed["metadata"]["environment"]["host"], "bench");
}

TEST(Export, BytesThatAreNotTextDoNotBreakJson) {
  Sample sample;
  sample.rows[10].error = "\xff\xfe bad";
  std::ostringstream out;
  write_results_json(out, sample.run(), 1, sample.metadata);
  EXPECT_TRUE(json::accept(out.str()));
}

TEST(Export, OfNothingIsStillWellFormed) {
  const auto input = make_run({"vllm"});
  const auto summary = analysis::summarise(input, {});
  const ExportRun run{input, summary, {}};
  std::ostringstream results;
  write_results_json(results, run, 0, {});
  const json parsed = json::parse(results.str());
  EXPECT_TRUE(parsed["metrics"].empty());
  EXPECT_TRUE(parsed["statistics"]["latency"].is_null());
  std::ostringstream csv;
  write_summary_csv(csv, run);
  EXPECT_TRUE(csv.str().ends_with("\r\nvllm,model,test,0,,,,,,,,0\r\n")) << csv.str();
}

class ExportFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/tt_export_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

// One text a row of a Parquet file.
std::vector<std::string> parquet_lines(const std::filesystem::path& path, const std::string& sql) {
  auto session = record::DuckSession::open();
  std::vector<std::string> lines;
  const auto done = session->run(
      fmt::format("SELECT ({})::VARCHAR FROM read_parquet({})", sql,
                  record::sql_path(path.string())),
      path.string(), [&](duckdb_data_chunk chunk) {
        const auto vector = duckdb_data_chunk_get_vector(chunk, 0);
        auto* cells = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          lines.emplace_back(record::duck_is_null(vector, i) ? "" : record::duck_text(cells[i]));
        }
        return true;
      });
  EXPECT_TRUE(done) << done.error().message;
  return lines;
}

TEST_F(ExportFolder, HoldsAFileAnEngineAndASummary) {
  const Sample sample;
  const auto names = export_run(folder_, sample.run(), sample.metadata);
  ASSERT_TRUE(names) << names.error().text();
  EXPECT_EQ(*names, (std::vector<std::string>{"vllm_results.csv", "vllm_results.json",
                                              "_tgi__new_results.csv", "_tgi__new_results.json",
                                              "summary.csv", "summary.json"}));
  for (const auto& name : *names) EXPECT_GT(std::filesystem::file_size(folder_ / name), 0u) << name;
}

TEST_F(ExportFolder, NamesCannotLeaveItOrCollide) {
  auto input = make_run(
      {"../../etc/passwd", "a/b", "a_b", "", ".hidden", std::string(10'000, 'x'), "A_B", "-rf"});
  const auto summary = analysis::summarise(input, {});
  const auto names = export_run(folder_, {input, summary, {}}, {});
  ASSERT_TRUE(names) << names.error().text();
  EXPECT_EQ((*names)[0], "_._.._etc_passwd_results.csv");
  EXPECT_EQ((*names)[2], "a_b_results.csv");
  EXPECT_EQ((*names)[4], "a_b_2_results.csv");
  EXPECT_EQ((*names)[6], "target_results.csv");
  EXPECT_EQ((*names)[8], "_hidden_results.csv");
  EXPECT_EQ((*names)[10], std::string(100, 'x') + "_results.csv");
  EXPECT_EQ((*names)[12], "A_B_3_results.csv") << "for those who do not tell A from a";
  EXPECT_EQ((*names)[14], "_rf_results.csv") << "no option of a command";
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++files;
  EXPECT_EQ(files, names->size());
}

TEST_F(ExportFolder, HoldsWhatWasChosen) {
  const Sample sample;
  const auto names = export_run(folder_, sample.run(), sample.metadata,
                                {.csv = false, .json = false, .parquet = true});
  ASSERT_TRUE(names) << names.error().text();
  EXPECT_EQ(*names, (std::vector<std::string>{"results.parquet", "summary.parquet"}));
  const auto summary =
      parquet_lines(folder_ / "summary.parquet", "engine || ' ' || requests || ' ' || p50_ttft_s");
  const auto* ttft = sample.summary.targets[0].distribution(analysis::MetricId::kTtft);
  EXPECT_EQ(summary[0], fmt::format("vllm {} {}", sample.summary.targets[0].counts.planned,
                                    ttft->at(0.5)->value / 1e3));
  const auto rows =
      parquet_lines(folder_ / "results.parquet", "request_id || ' ' || success || ' ' || status");
  std::ostringstream csv;
  write_results_csv(csv, sample.run(), 0);
  write_results_csv(csv, sample.run(), 1);
  EXPECT_EQ(rows.size() + 2, static_cast<std::size_t>(std::ranges::count(csv.str(), '\n')));
}

TEST_F(ExportFolder, ThatIsMissingIsAnError) {
  const Sample sample;
  const auto names = export_run(folder_ / "missing", sample.run(), sample.metadata);
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().code, ErrorCode::kIo);
  EXPECT_NE(names.error().text().find("No such file"), std::string::npos) << names.error().text();
}

TEST(SummaryJson, TellsTheAnswerAndNullsWhatIsNotKnown) {
  const Sample sample;
  const json parsed = json::parse(summary_json(sample.summary));
  EXPECT_EQ(parsed["method_version"], analysis::kMethodVersion);
  EXPECT_EQ(parsed["targets"][0]["metrics"]["ttft_ms"]["p50"], 125);
  EXPECT_TRUE(parsed["targets"][0]["metrics"]["ttft_ms"]["p99_interval"].is_null());
  EXPECT_EQ(parsed["targets"][1]["slos"][0]["met"], false);
  EXPECT_EQ(parsed["targets"][1]["requests"]["by_status"]["overloaded"], 1);
  EXPECT_TRUE(parsed["answer"].contains("headline"));
}

}  // namespace
}  // namespace tt::report
