#include "record/run_folder.h"

#include <optional>

#include <gtest/gtest.h>

#include "record/file.h"
#include "record/journal.h"
#include "record/parquet.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

namespace fs = std::filesystem;

constexpr Nanos kStart = 1'769'860'800 * kSecond;  // 2026-01-31 12:00:00 UTC

// A finished run with one row.
RunFolder make_run(const std::string& results, std::string_view name, Nanos started = kStart) {
  auto folder = RunFolder::create(results, name, started, 0);
  EXPECT_TRUE(folder) << folder.error().text();
  Manifest manifest;
  manifest.run_id = folder->id();
  manifest.status = RunStatus::kCompleted;
  manifest.started_realtime = started;
  manifest.targets = {{.name = "A", .engine = "vllm", .model = "m"},
                      {.name = "B", .engine = "vllm", .model = ""}};
  manifest.counts.rows = 1;
  EXPECT_TRUE(save_manifest(folder->file(kManifestFile), manifest));
  EXPECT_TRUE(write_rows(folder->file(kRequestsFile), make_rows(1, 1)));
  return *folder;
}

TEST(RunFolder, IsNamedAfterPlanAndTime) {
  const TempFolder results;
  const std::string root = results.file("deep/results");
  EXPECT_EQ(RunFolder::create(root, "quick", kStart)->id(), "quick-20260131-120000");
  EXPECT_EQ(RunFolder::create(root, "quick", kStart)->id(), "quick-20260131-120000-2");
  const auto third = RunFolder::create(root, "quick", kStart);
  EXPECT_EQ(third->id(), "quick-20260131-120000-3");
  EXPECT_EQ(third->path(), root + "/quick-20260131-120000-3");
  EXPECT_TRUE(fs::is_empty(third->path()));
}

TEST(RunFolder, NamesAreMadeFitForFiles) {
  const TempFolder results;
  const auto id = [&](std::string_view name) {
    return RunFolder::create(results.path(), name, kStart, 0)->id();
  };
  EXPECT_EQ(id("My plan / v2"), "My-plan-v2-20260131-120000");
  EXPECT_EQ(id("../../etc"), "etc-20260131-120000");
  EXPECT_EQ(id(""), "run-20260131-120000");
  EXPECT_EQ(id("--\xff--"), "run-20260131-120000-2");
  EXPECT_LT(id(std::string(5000, 'x')).size(), 120u);
}

TEST(RunFolder, RefusesPlacesThatCannotBeWritten) {
  const TempFolder results;
  ASSERT_TRUE(write_file_atomically(results.file("file"), ""));
  for (const std::string& root :
       {results.file("file"), results.file("file/below"), std::string("/proc/x")}) {
    const auto folder = RunFolder::create(root, "quick", kStart);
    ASSERT_FALSE(folder) << root;
    EXPECT_EQ(folder.error().code, ErrorCode::kIo);
    EXPECT_NE(folder.error().message.find("results folder"), std::string::npos)
        << folder.error().text();
  }
}

TEST(RunFolder, RefusesPlacesWithoutRoom) {
  const TempFolder results;
  const auto folder = RunFolder::create(results.path(), "quick", kStart, std::uint64_t{1} << 62);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().message.find("MiB free"), std::string::npos) << folder.error().text();
  EXPECT_TRUE(fs::is_empty(results.path()));
}

TEST(RunFolder, OpensByPath) {
  const TempFolder results;
  const RunFolder run = make_run(results.path(), "quick");
  EXPECT_EQ(RunFolder::open(run.path() + "/")->id(), run.id());
  EXPECT_EQ(RunFolder::open(run.path() + "/.")->id(), run.id());
  EXPECT_EQ(RunFolder::open(results.file("none")).error().code, ErrorCode::kNotFound);
  fs::create_directory(results.file("other"));
  EXPECT_EQ(RunFolder::open(results.file("other")).error().code, ErrorCode::kInvalidInput);
}

TEST(RunFolder, IsLiveWhileTheJournalIsHeld) {
  const TempFolder results;
  const RunFolder run = make_run(results.path(), "quick");
  EXPECT_FALSE(run.has_journal());
  EXPECT_FALSE(run.is_live());
  {
    const auto journal = JournalWriter::create(run.file(kJournalFile));
    ASSERT_TRUE(journal);
    EXPECT_TRUE(run.is_live());
    EXPECT_TRUE(list_runs(results.path())->at(0).live);
    EXPECT_FALSE(list_runs(results.path())->at(0).needs_recovery);
  }
  EXPECT_TRUE(run.has_journal());
  EXPECT_FALSE(run.is_live());
  EXPECT_TRUE(list_runs(results.path())->at(0).needs_recovery);
}

TEST(ListRuns, NewestFirstDamagedOnesWithTheirReason) {
  const TempFolder results;
  EXPECT_TRUE(list_runs(results.file("none"))->empty());
  make_run(results.path(), "old", kStart);
  make_run(results.path(), "new", kStart + kSecond);
  fs::create_directory(results.file("not-a-run"));
  fs::create_directory(results.file("empty-20260131-120000"));
  const RunFolder broken = make_run(results.path(), "broken", kStart);
  ASSERT_TRUE(write_file_atomically(broken.file(kManifestFile), "{"));
  const RunFolder bare = make_run(results.path(), "bare", kStart);
  fs::remove(bare.file(kRequestsFile));
  fs::create_directory_symlink(bare.path(), results.file("link-20260131-120000"));

  const auto runs = list_runs(results.path());
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 5u);
  EXPECT_EQ(runs->at(0).id, "new-20260131-120001");
  EXPECT_EQ(runs->at(0).status, RunStatus::kCompleted);
  EXPECT_EQ(runs->at(0).targets, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(runs->at(0).engines, (std::vector<std::string>{"vllm"}));
  EXPECT_EQ(runs->at(0).models, (std::vector<std::string>{"m"}));
  EXPECT_EQ(runs->at(0).rows, 1u);
  EXPECT_EQ(runs->at(0).problem, "");
  const auto problem = [&](std::string_view id) {
    for (const RunListing& run : *runs) {
      if (run.id.starts_with(id)) return run.problem;
    }
    return std::string("not listed");
  };
  EXPECT_EQ(problem("old"), "");
  EXPECT_EQ(problem("empty"), "it has no manifest.json");
  EXPECT_NE(problem("broken").find("not a JSON object"), std::string::npos);
  EXPECT_EQ(problem("bare"), "requests.parquet is missing");
}

TEST(ListRuns, AFileIsNoResultsFolder) {
  const TempFolder results;
  ASSERT_TRUE(write_file_atomically(results.file("file"), ""));
  EXPECT_FALSE(list_runs(results.file("file")));
}

TEST(FindRun, ByAnyUniquePart) {
  const TempFolder results;
  make_run(results.path(), "alpha");
  make_run(results.path(), "alpha");  // ...-2
  make_run(results.path(), "beta");
  EXPECT_EQ(find_run(results.path(), "beta")->id(), "beta-20260131-120000");
  EXPECT_EQ(find_run(results.path(), "000-2")->id(), "alpha-20260131-120000-2");
  // A whole id wins over ids that contain it.
  EXPECT_EQ(find_run(results.path(), "alpha-20260131-120000")->id(), "alpha-20260131-120000");

  const auto ambiguous = find_run(results.path(), "alpha");
  ASSERT_FALSE(ambiguous);
  EXPECT_NE(ambiguous.error().message.find("alpha-20260131-120000, alpha-20260131-120000-2"),
            std::string::npos)
      << ambiguous.error().text();
  EXPECT_EQ(find_run(results.path(), "gamma").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(find_run(results.path(), "").error().code, ErrorCode::kNotFound);
}

TEST(RemoveRun, RemovesThisRunOnly) {
  const TempFolder results;
  const RunFolder gone = make_run(results.path(), "gone");
  const RunFolder kept = make_run(results.path(), "kept");
  fs::create_directory(gone.file("reports"));
  fs::create_directory_symlink(kept.path(), gone.file("reports/link"));
  ASSERT_TRUE(remove_run(results.path(), gone.id()));
  EXPECT_FALSE(fs::exists(gone.path()));
  EXPECT_TRUE(fs::exists(kept.file(kManifestFile)));
  EXPECT_EQ(remove_run(results.path(), gone.id()).error().code, ErrorCode::kNotFound);
}

TEST(RemoveRun, RefusesEverythingElse) {
  const TempFolder top;
  const std::string results = top.file("results");
  const RunFolder run = make_run(results, "quick");
  const RunFolder outside = make_run(top.path(), "outside");
  fs::create_directory(results + "/not-a-run");
  fs::create_directory_symlink(outside.path(), results + "/link-20260131-120000");
  const std::vector<std::string> bad = {"",
                                        ".",
                                        "..",
                                        "../" + outside.id(),
                                        run.id() + "/",
                                        "./" + run.id(),
                                        run.id() + "/..",
                                        "a\\b",
                                        "quick",
                                        "not-a-run",
                                        "link-20260131-120000",
                                        outside.path()};
  for (const std::string& id : bad) {
    EXPECT_FALSE(remove_run(results, id)) << id;
  }
  EXPECT_TRUE(fs::exists(run.file(kManifestFile)));
  EXPECT_TRUE(fs::exists(outside.file(kManifestFile)));
  EXPECT_TRUE(fs::exists(results + "/not-a-run"));

  const auto journal = JournalWriter::create(run.file(kJournalFile));
  EXPECT_EQ(remove_run(results, run.id()).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tt::record
