#include "import/way_back.h"

#include <fstream>
#include <sstream>

#include "import/import.h"
#include "import/test_import.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::import {
namespace {

using record::Row;

record::Manifest manifest() {
  record::Manifest m;
  m.run_id = "duel-20260131-120000";
  m.name = "duel";
  m.started_realtime = m.anchor_realtime = 1'769'860'800 * kSecond;
  m.duration = 2 * kSecond;
  m.targets = {{.name = "vllm a/b", .engine = "vllm", .model = "Qwen/Qwen3-8B"}};
  return m;
}

// Two answers, a refusal and a warm-up; instants such that whole seconds hold the ends.
std::vector<Row> rows() {
  std::vector<Row> all(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Row& row = all[i];
    row.index = i;
    row.request_id = "r" + std::to_string(i);
    row.sent = row.planned = static_cast<Nanos>(i) * kSecond / 4;
    row.first_token = row.sent + 50 * kMillisecond;
    row.chunk_at = {row.first_token, row.first_token + 10 * kMillisecond,
                    row.first_token + 30 * kMillisecond};
    row.chunk_tokens = {1, 1, 1};
    row.last_token = row.chunk_at.back();
    row.end = row.last_token;
    row.status = Status::kOk;
    row.http_code = 200;
    row.input_tokens = 256;
    row.output_tokens = 3;
    row.input_source = row.output_source = TokenSource::kUsage;
    row.user = "7";
  }
  Row failed;
  failed.index = 2;
  failed.request_id = "r2";
  failed.sent = kSecond / 2;
  failed.end = failed.sent + kMillisecond;
  failed.status = Status::kHttpServerError;
  failed.http_code = 503;
  failed.error = "overloaded, \"later\"";
  all[2] = failed;
  all[3].warmup = true;
  return all;
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Out, and back in through our own importer.
std::vector<Row> round_trip(const std::string& format, record::Manifest& back) {
  const TempFolder folder;
  const auto names = export_as(format, folder.path(), manifest(), rows());
  EXPECT_TRUE(names) << names.error().text();
  EXPECT_EQ(names->size(), 1u);
  const std::string path = folder.path() + "/" + names->front();
  expect_gold(text_of(path), "as-" + format + path.substr(path.rfind('.')));
  const auto imported =
      import_files(std::vector{path}, {.results_dir = folder.path() + "/results"});
  EXPECT_TRUE(imported.front().runs) << imported.front().runs.error().text();
  const ImportedRun& run = imported.front().runs->front();
  back = run.manifest;
  return *record::read_rows(run.folder + "/" + std::string(record::kRequestsFile));
}

TEST(WayBack, VllmKeepsGapsStartsAndErrors) {
  record::Manifest back;
  const auto read = round_trip("vllm", back);
  EXPECT_EQ(back.origin->format, "vllm-json");
  EXPECT_EQ(back.targets.front().model, "Qwen/Qwen3-8B");
  ASSERT_EQ(read.size(), 3u);
  const auto original = rows();
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_EQ(read[i].sent, original[i].sent) << i;
    EXPECT_EQ(read[i].first_token, original[i].first_token);
    EXPECT_EQ(read[i].chunk_at, original[i].chunk_at);
    EXPECT_EQ(read[i].last_token, original[i].last_token);
    EXPECT_EQ(read[i].output_tokens, 3u);
  }
  EXPECT_FALSE(read[2].ok());
  EXPECT_EQ(read[2].error, "overloaded, \"later\"");
}

TEST(WayBack, GuideLlmKeepsInstantsAndOutcomes) {
  record::Manifest back;
  const auto read = round_trip("guidellm", back);
  EXPECT_EQ(back.origin->format, "guidellm-json");
  EXPECT_EQ(back.anchor_realtime, manifest().anchor_realtime);
  ASSERT_EQ(read.size(), 3u);
  const auto original = rows();
  for (const std::size_t i : {0U, 1U}) {
    // Seconds since 1970 in a double: a quarter of a microsecond.
    EXPECT_NEAR(static_cast<double>(read[i].sent), static_cast<double>(original[i].sent), 500);
    EXPECT_NEAR(static_cast<double>(read[i].last_token),
                static_cast<double>(original[i].last_token), 500);
    EXPECT_EQ(read[i].request_id, original[i].request_id);
    EXPECT_EQ(read[i].reported.ttft, 50 * kMillisecond);
  }
  EXPECT_EQ(read[2].status, Status::kStreamError);
}

TEST(WayBack, LlmLocustKeepsDurationsAndCodes) {
  record::Manifest back;
  const auto read = round_trip("llm-locust", back);
  EXPECT_EQ(back.origin->format, "llm-locust-csv");
  EXPECT_EQ(back.origin->workload_text, "duel");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].first_token - read[0].sent, 50 * kMillisecond);
  EXPECT_EQ(read[0].end - read[0].sent, 80 * kMillisecond);
  EXPECT_EQ(read[0].reported.tpot, 10 * kMillisecond);  // 30 ms over 3 tokens: its own formula
  EXPECT_EQ(read[0].user, "7");
  EXPECT_EQ(read[2].status, Status::kHttpServerError);
}

TEST(WayBack, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(export_as("locust", "/tmp", manifest(), rows()));
  EXPECT_FALSE(export_as("vllm", "/nonexistent/folder", manifest(), rows()));
}

}  // namespace
}  // namespace tt::import
