#include "record/notes.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "record/file.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

RunFolder make_run(const TempFolder& results, const std::string& id) {
  std::filesystem::create_directory(results.file(id));
  EXPECT_TRUE(write_file_atomically(results.file(id) + "/manifest.json", "{}"));
  return *RunFolder::open(results.file(id));
}

void mark(const RunFolder& run, Nanos since) {
  ASSERT_TRUE(update_notes(run, [&](Notes& notes) { notes.baseline_since = since; }));
}

TEST(Notes, OfARunWithoutAnyAreEmpty) {
  const TempFolder results;
  const NotesReading reading = load_notes(make_run(results, "a"));
  EXPECT_EQ(reading.notes, Notes{});
  EXPECT_EQ(reading.problem, "");
}

TEST(Notes, ComeBackAsWritten) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  const Notes notes{
      .baseline_since = 7,
      .tags = {"nightly", "é"},
      .annotations = {{5, "slow NIC"}},
      .marks = {{.realtime = 6, .chart = "ttft-ecdf", .text = "a step", .target = "a", .x = 0.25},
                {.realtime = 8, .chart = "ttft-ecdf", .text = "no place"}}};
  ASSERT_TRUE(update_notes(run, [&](Notes& n) { n = notes; }));
  EXPECT_EQ(load_notes(run).notes, notes);
  EXPECT_FALSE(std::filesystem::exists(run.file("notes.json.tmp")));
}

TEST(Notes, ThatCouldNotBeReadAgainAreNotWritten) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  mark(run, 9);
  const auto grown = update_notes(
      run, [](Notes& notes) { notes.tags.assign(1, std::string(kMaxNotesBytes, 'x')); });
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(load_notes(run).notes.baseline_since, 9) << "what was there stays";
}

TEST(Notes, KeepWhatANewerVersionWrote) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  ASSERT_TRUE(write_file_atomically(run.file(kNotesFile), R"({"stars": 5, "tags": ["x"]})"));
  mark(run, 9);
  EXPECT_EQ(load_notes(run).notes.tags, std::vector<std::string>{"x"});
  EXPECT_NE(read_file(run.file(kNotesFile))->find("\"stars\": 5"), std::string::npos);
}

TEST(Notes, AreReadAsFarAsTheyGo) {
  const NotesReading reading = parse_notes(
      R"({"baseline_since_ns": -4, "tags": ["a", 7, "b"], "annotations": [{"text": "t"}, 3, {}]})");
  EXPECT_EQ(reading.notes.baseline_since, 0);
  EXPECT_EQ(reading.notes.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reading.notes.annotations, (std::vector<Annotation>{{0, "t"}}));
  EXPECT_EQ(reading.problem, "'baseline_since_ns' is not nanoseconds since 1970");
  for (const char* broken : {"{", "[]", "null", "\xff\xfe", "{\"tags\": 1"}) {
    EXPECT_NE(parse_notes(broken).problem, "") << broken;
  }
}

TEST(Notes, ThatAreDamagedAreNeverWrittenOver) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  ASSERT_TRUE(write_file_atomically(run.file(kNotesFile), "{\"tags\": [\"precious\""));
  EXPECT_NE(load_notes(run).problem, "");
  const auto updated = update_notes(run, [](Notes& notes) { notes.baseline_since = 1; });
  ASSERT_FALSE(updated);
  EXPECT_NE(updated.error().message.find("damaged"), std::string::npos);
  EXPECT_EQ(*read_file(run.file(kNotesFile)), "{\"tags\": [\"precious\"");
}

TEST(Notes, BehindALinkAreNotThisRuns) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  ASSERT_TRUE(write_file_atomically(results.file("other.json"), R"({"baseline_since_ns": 3})"));
  std::filesystem::create_symlink(results.file("other.json"), run.file(kNotesFile));
  EXPECT_EQ(load_notes(run).notes.baseline_since, 0);
  EXPECT_NE(load_notes(run).problem, "");
}

TEST(Notes, LoseNoChangeOfSeveralWriters) {
  const TempFolder results;
  const RunFolder run = make_run(results, "a");
  constexpr int kEach = 20;
  const auto add = [&](const std::string& tag) {
    for (int i = 0; i < kEach; ++i) {
      ASSERT_TRUE(update_notes(run, [&](Notes& notes) { notes.tags.push_back(tag); }));
    }
  };
  {
    const std::jthread other(add, "x");
    add("y");
  }
  EXPECT_EQ(load_notes(run).notes.tags.size(), 2u * kEach);
}

TEST(Baseline, IsNoneOrOne) {
  const TempFolder results;
  EXPECT_FALSE(baseline_of(results.path() + "/none")->has_value());
  const RunFolder a = make_run(results, "a");
  const RunFolder b = make_run(results, "b");
  EXPECT_FALSE(baseline_of(results.path())->has_value());
  ASSERT_TRUE(set_baseline(results.path(), a, 10));
  EXPECT_EQ((*baseline_of(results.path()))->id(), "a");
  ASSERT_TRUE(set_baseline(results.path(), b, 5));  // a clock that went back changes nothing
  EXPECT_EQ((*baseline_of(results.path()))->id(), "b");
  EXPECT_EQ(load_notes(a).notes.baseline_since, 0);
  EXPECT_EQ(*clear_baseline(results.path()), std::vector<std::string>{"b"});
  EXPECT_FALSE(baseline_of(results.path())->has_value());
  EXPECT_TRUE(clear_baseline(results.path())->empty());
}

TEST(Baseline, OfSeveralIsTheLastMarked) {
  const TempFolder results;
  mark(make_run(results, "a"), 20);
  mark(make_run(results, "b"), 30);
  mark(make_run(results, "c"), 10);
  EXPECT_EQ((*baseline_of(results.path()))->id(), "b");
}

TEST(Baseline, PassesDamagedNotesOver) {
  const TempFolder results;
  mark(make_run(results, "a"), 20);
  ASSERT_TRUE(write_file_atomically(make_run(results, "b").file(kNotesFile), "garbage"));
  EXPECT_EQ((*baseline_of(results.path()))->id(), "a");
  ASSERT_TRUE(set_baseline(results.path(), *RunFolder::open(results.file("a")), 30));
}

}  // namespace
}  // namespace tt::record
