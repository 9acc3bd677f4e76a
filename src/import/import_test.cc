// Files that are large, many, or wrong, through the face of the library.
#include "import/import.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/rng.h"
#include "import/audit.h"
#include "import/test_import.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::import {
namespace {

constexpr std::string_view kHeader =
    "request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,"
    "end_to_end_s,total_tokens_per_sec,output_tokens_per_sec,status_code\n";

std::string row_text(std::uint64_t id, double ttft_ms, double e2e_s = 2, int code = 200) {
  return fmt::format("{},{},1,1,256,100,{},10,{},0,0,{}\n", id, 1'759'519'473 + id / 100, ttft_ms,
                     e2e_s, code);
}

ImportedRun import_one(const std::string& path, ImportOptions options) {
  auto outcomes = import_files(std::vector{path}, options);
  EXPECT_TRUE(outcomes.front().runs) << outcomes.front().runs.error().text();
  return outcomes.front().runs->front();
}

const record::ImportFinding* finding(const ImportedRun& run, std::string_view id) {
  const auto found =
      std::ranges::find(run.manifest.origin->findings, id, &record::ImportFinding::id);
  return found == run.manifest.origin->findings.end() ? nullptr : &*found;
}

// Three blocks and more: figures and rows must not depend on the number of threads.
TEST(Import, ThreadsChangeNothingButTheOrder) {
  const TempFolder folder;
  std::string text(kHeader);
  Rng rng(7);
  for (std::uint64_t i = 1; i <= 200'000; ++i) {
    text += row_text(i, i % 1000 == 0 ? -1.0 : 200 + 30 * rng.exponential());
  }
  const std::string path = folder.write("vllm-20251003-192432-x.csv", text);
  const auto one = import_one(path, {.results_dir = folder.path() + "/one", .threads = 1});
  const auto four = import_one(path, {.results_dir = folder.path() + "/four", .threads = 4});
  EXPECT_EQ(one.manifest.origin->rows_read, 200'000u);
  EXPECT_EQ(one.manifest.origin->rows_rejected, 200u);
  ASSERT_EQ(one.manifest.origin->findings.size(), four.manifest.origin->findings.size());
  EXPECT_EQ(one.manifest.origin->findings, four.manifest.origin->findings);
  EXPECT_EQ(one.manifest.origin->quality, four.manifest.origin->quality);
  EXPECT_EQ(one.manifest.counts, four.manifest.counts);
  const auto rows_of = [](const ImportedRun& run) {
    auto rows = *record::read_rows(run.folder + "/" + std::string(record::kRequestsFile));
    std::ranges::sort(rows, {}, &record::Row::index);
    return rows;
  };
  EXPECT_EQ(rows_of(one), rows_of(four));
}

TEST(Import, GenAiBenchTellsEngineAndModelInAFileOfItsOwn) {
  const TempFolder folder;
  const std::string results =
      R"json({"aggregated_metrics": {"scenario": "D(100,100)", "num_concurrency": 4},
              "individual_request_metrics": [{"ttft": 0.05, "tpot": 0.01, "e2e_latency": 1.04,
                "num_input_tokens": 100, "num_output_tokens": 100}], "_time_unit": "s"})json";
  const auto path =
      folder.write("D(100,100)_text-to-text_num_concurrency_4_time_60s.json", results);
  const auto metadata = folder.write(
      "experiment_metadata.json",
      R"({"model": "Llama-3.1-8B", "server_engine": "sglang", "server_version": "0.5.2",
          "server_gpu_type": "H100", "server_gpu_count": 2})");
  const auto run = import_one(path, {.check_only = true});
  EXPECT_EQ(run.manifest.targets.front().name, "sglang");
  EXPECT_EQ(run.manifest.targets.front().model, "Llama-3.1-8B");
  EXPECT_EQ(run.manifest.notes.front(),
            "the engine's version, as experiment_metadata.json says: 0.5.2");
  // Named itself it is no failure, for a shell's * names it too.
  const auto named = import_files(std::vector{metadata}, {.check_only = true});
  EXPECT_TRUE(named.front().passed_over);

  folder.write("experiment_metadata.json", "[cut");
  const auto without = import_one(path, {.check_only = true});
  EXPECT_TRUE(without.manifest.targets.front().model.empty());
  EXPECT_NE(without.manifest.notes.front().find("is not a JSON object"), std::string::npos);
}

TEST(Import, APreviewIsTheFirstRowsThatAreKept) {
  const TempFolder folder;
  const std::string path = folder.write("vllm-20251003-192432-x.csv",
                                        std::string(kHeader) + row_text(1, 200) + row_text(2, -1) +
                                            kHeader.data() + row_text(3, 220) + row_text(4, 230));
  const auto run = import_one(path, {.check_only = true, .preview = 2});
  ASSERT_EQ(run.first_rows.size(), 2u);
  EXPECT_EQ(run.first_rows[0].reported.ttft, 200 * kMillisecond);
  EXPECT_EQ(run.first_rows[1].reported.ttft, 220 * kMillisecond);
  const auto kept = import_one(path, {.keep_invalid = true, .check_only = true, .preview = 100});
  ASSERT_EQ(kept.first_rows.size(), 4u);
  EXPECT_FALSE(kept.first_rows[1].flags.empty());
}

TEST(Import, ABadFileStopsNoneOfTheRestAndLabelsDifferByBenchmark) {
  const TempFolder folder;
  const std::string good = std::string(kHeader) + row_text(1, 200) + row_text(2, 210);
  const std::vector<std::string> paths = {
      folder.write("vllm-20251003-192432-1a.csv", good), folder.write("bad.csv", "\0\0\0"),
      folder.path() + "/missing.csv", folder.write("vllm-20251004-192432-2b.csv", good),
      folder.write("vllm-20251005-192432-2b.csv", good)};
  const auto outcomes = import_files(paths, {.results_dir = folder.path() + "/results"});
  ASSERT_EQ(outcomes.size(), 5u);
  EXPECT_FALSE(outcomes[1].runs);
  EXPECT_EQ(outcomes[2].runs.error().code, ErrorCode::kNotFound);
  std::vector<std::string> labels;
  for (const std::size_t i : {0U, 3U, 4U}) {
    labels.push_back(outcomes[i].runs->front().manifest.targets.front().name);
  }
  EXPECT_EQ(labels, (std::vector<std::string>{"vllm", "vllm 2b", "vllm 2b"}));
  EXPECT_EQ(record::list_runs(folder.path() + "/results")->size(), 3u);
}

TEST(Import, AFailedImportLeavesNoFolder) {
  const TempFolder folder;
  const std::string path = folder.write("x.csv", std::string(kHeader) + row_text(1, -5));
  const auto outcomes =
      import_files(std::vector{path}, {.results_dir = folder.path() + "/results"});
  ASSERT_FALSE(outcomes.front().runs);
  EXPECT_NE(outcomes.front().runs.error().message.find("negative"), std::string::npos);
  EXPECT_TRUE(record::list_runs(folder.path() + "/results")->empty());
}

TEST(Import, AFolderStandsForItsFilesAndPassesOverOthers) {
  const TempFolder folder;
  folder.write("a.csv", std::string(kHeader) + row_text(1, 200));
  folder.write("notes.json", R"({"about": "nothing"})");
  folder.write("readme.txt", "text");
  const auto outcomes = import_files(std::vector{folder.path()}, {.check_only = true});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_TRUE(outcomes[0].runs);
  EXPECT_TRUE(outcomes[1].passed_over);
}

TEST(Import, TextsAreKeptWhenAskedFor) {
  const TempFolder folder;
  const auto run =
      import_one(kFixtures + "/vllm-performance-20251003-192432-1a-chat-simulation.csv",
                 {.results_dir = folder.path(), .texts = true});
  const auto texts = record::read_texts(run.folder + "/" + std::string(record::kTextsFile));
  ASSERT_TRUE(texts);
  ASSERT_EQ(texts->size(), 5u);
  EXPECT_EQ(texts->front().prompt, "Hello, \"world\"\r\nplease");
  EXPECT_EQ(texts->front().answer, "Sure!");
}

// 1,000 values about 200 ms and five far out: both rules count the five, and only them.
TEST(Import, OutliersAreCountedExactly) {
  const TempFolder folder;
  std::string text(kHeader);
  for (std::uint64_t i = 1; i <= 1000; ++i) text += row_text(i, 195 + static_cast<double>(i % 11));
  for (std::uint64_t i = 1001; i <= 1005; ++i) text += row_text(i, 1900);
  const auto run = import_one(folder.write("x.csv", text), {.check_only = true});
  const auto* outliers = finding(run, "outliers");
  ASSERT_NE(outliers, nullptr);
  EXPECT_EQ(outliers->count, 5u);
  EXPECT_NE(outliers->text.find("TTFT: 5 above"), std::string::npos) << outliers->text;
  EXPECT_NE(outliers->text.find("line 1002 (1,900 ms)"), std::string::npos) << outliers->text;
}

TEST(Import, RepeatedIdsAreToldAndKept) {
  const TempFolder folder;
  std::string text(kHeader);
  for (const std::uint64_t id : {1, 2, 3, 1, 2}) text += row_text(id, 200);
  const auto run = import_one(folder.write("x.csv", text), {.check_only = true});
  EXPECT_EQ(finding(run, "repeated_ids")->count, 2u);
  EXPECT_EQ(run.manifest.origin->rows_kept, 5u);
}

TEST(Spread, AgreesWithPlainFormulasWhereSumsWouldCancel) {
  Spread whole;
  Spread first;
  Spread second;
  for (int i = 0; i < 1000; ++i) {
    const double value = 1e9 + i % 7;
    whole.add(value);
    (i < 300 ? first : second).add(value);
  }
  first.merge(second);
  for (const Spread* s : {&whole, &first}) {
    EXPECT_NEAR(s->mean(), 1e9 + 2.997, 1e-6);
    EXPECT_NEAR(s->deviation(), 2.0005, 1e-3);
    EXPECT_EQ(s->count(), 1000u);
  }
  EXPECT_EQ(Spread().median(), 0);
  EXPECT_EQ(Spread().deviation(), 0);
}

}  // namespace
}  // namespace tt::import
