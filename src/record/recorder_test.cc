#include "record/recorder.h"

#include <gtest/gtest.h>

#include "record/file.h"
#include "record/parquet.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

struct Hearer final : Listener {
  std::vector<Row> rows;
  std::vector<TextRow> texts;
  std::vector<Event> events;
  std::vector<Sample> samples;
  void on_samples(std::span<const Sample> some) override {
    samples.insert(samples.end(), some.begin(), some.end());
  }
  void on_row(const Row& row) override { rows.push_back(row); }
  void on_text(const TextRow& text) override { texts.push_back(text); }
  void on_event(const Event& event) override { events.push_back(event); }
};

Manifest manifest_of(const RunFolder& folder) {
  Manifest manifest;
  manifest.run_id = folder.id();
  return manifest;
}

class RecorderTest : public testing::Test {
 protected:
  Result<Recorder> start(Redactor redactor = {}) {
    return Recorder::start(folder_, manifest_of(folder_), std::move(redactor));
  }
  std::uint64_t journal_size() const {
    return std::filesystem::file_size(folder_.file(kJournalFile));
  }
  TempFolder results_;
  RunFolder folder_ = *RunFolder::create(results_.path(), "r", 0, 0);
};

TEST_F(RecorderTest, ListenersHearWhatTheFilesHold) {
  auto recorder = start();
  ASSERT_TRUE(recorder) << recorder.error().text();
  EXPECT_TRUE(folder_.is_live());
  EXPECT_EQ(load_manifest(folder_.file(kManifestFile))->status, RunStatus::kRunning);
  Hearer first;
  Hearer second;
  recorder->add_listener(&first);
  recorder->add_listener(&second);
  const std::vector<Row> rows = make_rows(3, 2);
  for (const Row& row : rows) recorder->row(row);
  recorder->event({.at = 1, .type = "phase", .fields_json = R"("name":"load")"});
  recorder->text({.index = 1, .prompt = "p", .answer = "a"});
  const auto running = std::make_shared<const Series>(
      Series{.target = 0, .name = "requests_running", .labels = "", .source = "x"});
  const std::vector<Sample> samples = {{5, running, 2}, {6, running, 3}};
  recorder->samples(samples);
  recorder->samples({});

  Manifest last = manifest_of(folder_);
  last.status = RunStatus::kCompleted;
  const auto summary = recorder->finish(last);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->manifest.status, RunStatus::kCompleted);
  EXPECT_EQ(summary->manifest.counts.rows, 3u);
  EXPECT_EQ(first.rows, rows);
  EXPECT_EQ(second.rows, rows);
  EXPECT_EQ(first.texts,
            (std::vector<TextRow>{{.target = 0, .index = 1, .prompt = "p", .answer = "a"}}));
  EXPECT_EQ(first.events.size(), 1u);
  EXPECT_EQ(*read_rows(folder_.file(kRequestsFile)), rows);
  EXPECT_EQ(*read_file(folder_.file(kEventsFile)), event_json(first.events[0]) + "\n");
  EXPECT_EQ(read_texts(folder_.file(kTextsFile))->size(), 1u);
  EXPECT_EQ(first.samples, samples);
  EXPECT_EQ(read_telemetry(folder_.file(kTelemetryFile))->of(0, "requests_running")[0].value,
            (std::vector{2.0, 3.0}));
  EXPECT_FALSE(folder_.is_live());
}

TEST_F(RecorderTest, FlushesByTheGivenClock) {
  auto recorder = start();
  ASSERT_TRUE(recorder);
  ASSERT_TRUE(recorder->tick(0));
  const auto before = journal_size();
  recorder->row(Row{});
  ASSERT_TRUE(recorder->tick(Recorder::kFlushEvery - 1));
  EXPECT_EQ(journal_size(), before);
  ASSERT_TRUE(recorder->tick(Recorder::kFlushEvery));
  EXPECT_GT(journal_size(), before);
}

TEST_F(RecorderTest, SecretsReachNoFileAndNoListener) {
  Redactor redactor;
  redactor.add_secret("sk-topsecret");
  auto recorder = start(std::move(redactor));
  ASSERT_TRUE(recorder);
  Hearer hearer;
  recorder->add_listener(&hearer);
  Row row;
  row.error = "HTTP 401: bad key sk-topsecret";
  recorder->row(row);
  recorder->event({.at = 0, .type = "log", .fields_json = R"("text":"sk-topsecret")"});
  recorder->text({.index = 0, .prompt = "sk-topsecret", .answer = "sk-topsecret"});
  Manifest manifest = manifest_of(folder_);
  manifest.plan_yaml = "headers: {X-Key: sk-topsecret}";
  ASSERT_TRUE(recorder->manifest(manifest));
  EXPECT_EQ(read_file(folder_.file(kJournalFile))->find("topsecret"), std::string::npos);
  ASSERT_TRUE(recorder->finish(manifest));

  EXPECT_EQ(hearer.rows.at(0).error, "HTTP 401: bad key ***");
  EXPECT_EQ(hearer.events.at(0).fields_json, R"("text":"***")");
  EXPECT_EQ(read_rows(folder_.file(kRequestsFile))->at(0).error, "HTTP 401: bad key ***");
  EXPECT_EQ(read_texts(folder_.file(kTextsFile))->at(0).prompt, "***");
  for (const auto file : {kManifestFile, kEventsFile}) {
    EXPECT_EQ(read_file(folder_.file(file))->find("topsecret"), std::string::npos) << file;
  }
}

TEST_F(RecorderTest, ANewerManifestIsWhatRecoveryFinds) {
  {
    auto recorder = start();
    ASSERT_TRUE(recorder);
    Manifest newer = manifest_of(folder_);
    newer.anchor_realtime = 5;
    ASSERT_TRUE(recorder->manifest(newer));
  }  // as if the process had died
  std::filesystem::remove(folder_.file(kManifestFile));
  const auto summary = recover(folder_);
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->manifest.anchor_realtime, 5);
}

TEST_F(RecorderTest, AFailedFinishKeepsTheJournalAndSaysSo) {
  auto recorder = start();
  ASSERT_TRUE(recorder);
  recorder->row(Row{});
  // A folder in the way of the file that Parquet is written to.
  std::filesystem::create_directory(folder_.file("requests.parquet.tmp"));
  const auto summary = recorder->finish(manifest_of(folder_));
  ASSERT_FALSE(summary);
  EXPECT_NE(summary.error().message.find("results recover"), std::string::npos);
  EXPECT_TRUE(folder_.has_journal());
}

TEST_F(RecorderTest, OneRecorderAFolder) {
  const auto first = start();
  ASSERT_TRUE(first);
  EXPECT_EQ(start().error().code, ErrorCode::kAlreadyExists);
}

}  // namespace
}  // namespace tt::record
