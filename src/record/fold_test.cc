#include "record/fold.h"

#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/file.h"
#include "record/parquet.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

namespace fs = std::filesystem;

constexpr Nanos kStart = 1'769'860'800 * kSecond;

Manifest running_manifest(const RunFolder& folder) {
  Manifest manifest;
  manifest.run_id = folder.id();
  manifest.name = "quick";
  manifest.started_realtime = kStart;
  manifest.targets = {{.name = "A"}};
  manifest.counts.planned = 1000;
  return manifest;
}

RunFolder new_folder(const TempFolder& results) {
  auto folder = RunFolder::create(results.path(), "quick", kStart, 0);
  EXPECT_TRUE(folder);
  return *folder;
}

// Rows of every kind that counts tell apart: 6 rows.
std::vector<Row> mixed_rows() {
  std::vector<Row> rows = make_rows(6, 4);
  for (Row& row : rows) row.warmup = false;
  rows[0].warmup = true;
  rows[3].status = Status::kOverloaded;
  rows[4].status = Status::kOverloaded;
  rows[5] = Row{.index = 5};
  return rows;
}

void expect_mixed_counts(const RunCounts& counts) {
  EXPECT_EQ(counts.planned, 1000u);
  EXPECT_EQ(counts.rows, 6u);
  EXPECT_EQ(counts.warmup, 1u);
  EXPECT_EQ(counts.sent, 5u);
  EXPECT_EQ(counts.ok, 3u);
  EXPECT_EQ(counts.dropped, 1u);
  EXPECT_EQ(counts.failed, (std::map<std::string, std::uint64_t>{{"overloaded", 2}}));
}

TEST(Fold, MakesEveryFileAndRemovesTheJournal) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  auto journal = JournalWriter::create(folder.file(kJournalFile));
  ASSERT_TRUE(journal);
  const std::vector<Row> rows = mixed_rows();
  const TextRow text{.index = 2, .prompt = "p", .answer = "a"};
  for (const Row& row : rows) {
    journal->append(row);
    journal->append(Event{.at = row.end, .type = "log", .fields_json = ""});
  }
  journal->append(text);
  ASSERT_TRUE(journal->flush());
  Manifest manifest = running_manifest(folder);
  manifest.status = RunStatus::kCompleted;
  manifest.counts.rows = 77;  // a guess; the rows know better

  const auto summary = fold(folder, manifest);
  ASSERT_TRUE(summary) << summary.error().text();
  expect_mixed_counts(summary->manifest.counts);
  EXPECT_EQ(summary->journal.cut_bytes, 0u);
  EXPECT_EQ(*load_manifest(folder.file(kManifestFile)), summary->manifest);
  EXPECT_EQ(summary->manifest.status, RunStatus::kCompleted);
  EXPECT_EQ(*read_rows(folder.file(kRequestsFile)), rows);
  EXPECT_EQ(*read_texts(folder.file(kTextsFile)), std::vector{text});
  const std::string events = *read_file(folder.file(kEventsFile));
  EXPECT_EQ(std::ranges::count(events, '\n'), 6);
  EXPECT_FALSE(folder.has_journal());
  EXPECT_EQ(fold(folder, manifest).error().code, ErrorCode::kNotFound);
}

TEST(Fold, NoTextsMakeNoFile) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  ASSERT_TRUE(JournalWriter::create(folder.file(kJournalFile)));
  ASSERT_TRUE(fold(folder, running_manifest(folder)));
  EXPECT_FALSE(fs::exists(folder.file(kTextsFile)));
  EXPECT_FALSE(fs::exists(folder.file(kTelemetryFile)));
  EXPECT_TRUE(read_rows(folder.file(kRequestsFile))->empty());
}

// The real thing: another process writes, flushes, and is killed with rows still in its memory.
TEST(Recover, AfterKillNine) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  const std::vector<Row> rows = mixed_rows();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto journal = JournalWriter::create(folder.file(kJournalFile));
    if (!journal) ::_exit(1);
    journal->append_manifest(format_manifest(running_manifest(folder)));
    for (const Row& row : rows) journal->append(row);
    const auto series = std::make_shared<const Series>(Series{.target = 0, .name = "running"});
    for (const double value : {1.0, 4.0}) {
      journal->append(std::vector<Sample>{{.at = 10, .series = series, .value = value}});
    }
    if (!journal->flush()) ::_exit(2);
    journal->append(rows[0]);  // not flushed: this one is lost
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

  EXPECT_FALSE(folder.is_live());
  const auto recoveries = recover_all(results.path());
  ASSERT_TRUE(recoveries);
  ASSERT_EQ(recoveries->size(), 1u);
  EXPECT_EQ(recoveries->at(0).id, folder.id());
  const auto& summary = recoveries->at(0).outcome;
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(*read_rows(folder.file(kRequestsFile)), rows);
  const auto telemetry = read_telemetry(folder.file(kTelemetryFile));
  ASSERT_TRUE(telemetry) << telemetry.error().text();
  EXPECT_EQ(telemetry->of(0, "running")[0].value, (std::vector{1.0, 4.0}));
  const auto manifest = load_manifest(folder.file(kManifestFile));
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->status, RunStatus::kRecovered);
  EXPECT_EQ(manifest->targets.at(0).name, "A");
  expect_mixed_counts(manifest->counts);
  ASSERT_EQ(manifest->notes.size(), 1u);
  EXPECT_NE(manifest->notes[0].find("6 rows were recovered"), std::string::npos);
  EXPECT_TRUE(recover_all(results.path())->empty());
}

TEST(Recover, LeavesALiveRunAlone) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  const auto journal = JournalWriter::create(folder.file(kJournalFile));
  ASSERT_TRUE(journal);
  EXPECT_TRUE(recover_all(results.path())->empty());
  EXPECT_EQ(recover(folder).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(folder.has_journal());
}

void write_journal(const RunFolder& folder, const std::vector<Row>& rows) {
  auto journal = JournalWriter::create(folder.file(kJournalFile));
  ASSERT_TRUE(journal);
  for (const Row& row : rows) journal->append(row);
  ASSERT_TRUE(journal->flush());
}

TEST(Recover, TornEndIsCutAndSaid) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  const std::vector<Row> rows = mixed_rows();
  write_journal(folder, rows);
  const auto size = fs::file_size(folder.file(kJournalFile));
  fs::resize_file(folder.file(kJournalFile), size - 3);
  ASSERT_TRUE(save_manifest(folder.file(kManifestFile), running_manifest(folder)));

  const auto summary = recover(folder);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->journal.rows, 5u);
  EXPECT_EQ(read_rows(folder.file(kRequestsFile))->size(), 5u);
  EXPECT_NE(summary->manifest.notes.back().find("not readable"), std::string::npos);
  EXPECT_EQ(summary->manifest.targets.at(0).name, "A");  // from manifest.json
}

TEST(Recover, WithoutAnyManifest) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  write_journal(folder, mixed_rows());
  const auto summary = recover(folder);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->manifest.run_id, folder.id());
  EXPECT_EQ(summary->manifest.status, RunStatus::kRecovered);
  EXPECT_EQ(summary->manifest.notes.size(), 2u);
}

// The writer died between the final manifest and the journal's removal.
TEST(Recover, KeepsHowTheRunEnded) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  write_journal(folder, mixed_rows());
  Manifest manifest = running_manifest(folder);
  manifest.status = RunStatus::kAborted;
  ASSERT_TRUE(save_manifest(folder.file(kManifestFile), manifest));
  const auto summary = recover(folder);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->manifest.status, RunStatus::kAborted);
  EXPECT_TRUE(summary->manifest.notes.empty());
  expect_mixed_counts(summary->manifest.counts);
}

TEST(Recover, RefusesGarbageAndKeepsIt) {
  const TempFolder results;
  const RunFolder folder = new_folder(results);
  ASSERT_TRUE(write_file_atomically(folder.file(kJournalFile), "not a journal"));
  const auto recoveries = recover_all(results.path());
  ASSERT_EQ(recoveries->size(), 1u);
  ASSERT_FALSE(recoveries->at(0).outcome);
  EXPECT_EQ(recoveries->at(0).outcome.error().code, ErrorCode::kInvalidInput);
  EXPECT_TRUE(folder.has_journal());
  EXPECT_FALSE(fs::exists(folder.file(kRequestsFile)));
}

TEST(Recover, NeedsAJournal) {
  const TempFolder results;
  EXPECT_EQ(recover(new_folder(results)).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tt::record
