#include "record/holdings.h"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "record/file.h"
#include "record/folder_lock.h"
#include "record/group.h"
#include "record/notes.h"
#include "record/parquet.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

constexpr Nanos kDay = 24 * 3600 * kSecond;
constexpr Nanos kNow = 1000 * kDay;

class HoldingsTest : public testing::Test {
 protected:
  // A finished run, `days` old.
  void add_run(const std::string& id, int days, const std::string& group = "") {
    std::filesystem::create_directory(results_.file(id));
    Manifest manifest;
    manifest.run_id = id;
    manifest.status = RunStatus::kCompleted;
    manifest.started_realtime = kNow - days * kDay;
    if (!group.empty()) manifest.group = group;
    ASSERT_TRUE(save_manifest(results_.file(id) + "/manifest.json", manifest));
    ASSERT_TRUE(write_file_atomically(results_.file(id) + "/requests.parquet", "PAR1"));
  }
  // A sweep of `steps`, and where it is older than a day a run that was cut short as well.
  std::string add_group(int days, const std::vector<std::string>& steps) {
    Group group;
    group.name = "chat" + std::to_string(days);
    group.started_realtime = kNow - days * kDay;
    for (const auto& id : steps) group.steps.emplace_back().run_id = id;
    EXPECT_TRUE(create_group(results_.path(), group));
    for (const auto& id : steps) add_run(id, days, group.id);
    return group.id;
  }
  std::vector<std::string> ids(const std::vector<Holding>& holdings) {
    std::vector<std::string> out;
    for (const Holding& holding : holdings) out.push_back(holding.id);
    return out;
  }
  std::vector<std::string> pruned(const PruneRule& rule) {
    const auto all = list_holdings(results_.path());
    EXPECT_TRUE(all) << all.error().text();
    return ids(prunable(*all, rule, kNow));
  }

  using Ids = std::vector<std::string>;
  TempFolder results_;
};

TEST_F(HoldingsTest, AGroupStandsForItsRunsThoseCutShortAsWell) {
  add_run("alone", 3);
  const std::string group = add_group(2, {"one", "two"});
  add_run("cut-short", 2, group);
  add_run("orphan", 1, "a-group-that-is-gone");
  const auto all = list_holdings(results_.path());
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(ids(*all), (Ids{"orphan", group, "alone"})) << "newest first";
  auto runs = (*all)[1].runs;
  std::ranges::sort(runs);
  EXPECT_EQ(runs, (Ids{"cut-short", "one", "two"}));
  EXPECT_EQ(size_of(results_.path(), (*all)[2]),
            std::filesystem::file_size(results_.file("alone/manifest.json")) + 4);
}

TEST_F(HoldingsTest, TheNewestStayAndTheYoung) {
  for (const int days : {1, 2, 3, 40, 50}) add_run("r" + std::to_string(days), days);
  EXPECT_EQ(pruned({.keep = 3}), (Ids{"r40", "r50"}));
  EXPECT_EQ(pruned({.older_than = 30 * kDay}), (Ids{"r40", "r50"}));
  EXPECT_EQ(pruned({.keep = 4, .older_than = 30 * kDay}), Ids{"r50"}) << "both must be so";
  EXPECT_EQ(pruned({.keep = 1, .older_than = 45 * kDay}), Ids{"r50"});
  EXPECT_EQ(pruned({.keep = 0}).size(), 5u);
  EXPECT_EQ(pruned({}), Ids{}) << "no rule takes nothing";
}

TEST_F(HoldingsTest, TheBaselineAndWhatIsNotWholeIsBound) {
  add_run("baseline", 90);
  const std::string group = add_group(80, {"g1", "g2"});
  add_run("damaged", 70);
  std::filesystem::remove(results_.file("damaged/requests.parquet"));
  std::filesystem::create_directory(results_.file("lost-20200101-000000"));
  add_run("killed", 60);
  ASSERT_TRUE(write_file_atomically(results_.file("killed/journal.ttj"), "x"));
  ASSERT_TRUE(set_baseline(results_.path(), *RunFolder::open(results_.file("baseline")), kNow));
  EXPECT_EQ(pruned({.keep = 0}), Ids{group});

  ASSERT_TRUE(set_baseline(results_.path(), *RunFolder::open(results_.file("g2")), kNow + 1));
  EXPECT_EQ(pruned({.keep = 0}), Ids{"baseline"}) << "a group goes or stays as a whole";
  const auto all = list_holdings(results_.path());
  EXPECT_EQ(std::ranges::find(*all, group, &Holding::id)->bound, "its run g2 is the baseline");
}

TEST_F(HoldingsTest, AGroupThatGoesOnIsBound) {
  const std::string group = add_group(80, {"g1"});
  const auto lock = FolderLock::take(group_folder(results_.path(), group));
  ASSERT_TRUE(lock);
  EXPECT_EQ(pruned({.keep = 0}), Ids{});
  const auto removed = remove_holding(results_.path(), *find_holding(results_.path(), group));
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::exists(results_.file("g1")));
}

TEST_F(HoldingsTest, AreRemovedWithAllThatIsTheirs) {
  const std::string group = add_group(2, {"one", "two"});
  add_run("cut-short", 2, group);
  add_run("other", 2);
  ASSERT_TRUE(remove_holding(results_.path(), *find_holding(results_.path(), group)));
  EXPECT_EQ(ids(*list_holdings(results_.path())), Ids{"other"});
  EXPECT_FALSE(std::filesystem::exists(results_.file("groups")));
}

TEST_F(HoldingsTest, AreMovedToAnArchiveThatIsAResultsFolder) {
  const std::string group = add_group(2, {"one", "two"});
  const TempFolder elsewhere;
  const std::string archive = elsewhere.file("old/results");
  const Holding holding = *find_holding(results_.path(), group);
  const auto moved = archive_holding(results_.path(), holding, archive);
  ASSERT_TRUE(moved) << moved.error().text();
  EXPECT_TRUE(list_holdings(results_.path())->empty());
  const auto there = list_holdings(archive);
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_EQ(ids(*there), Ids{group});
  EXPECT_EQ((*there)[0].runs.size(), 2u);

  // The same once more: nothing is moved over what is there.
  add_run("one", 2);
  const auto again =
      archive_holding(results_.path(), {.id = "one", .runs = {"one"}, .bound = ""}, archive);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_TRUE(std::filesystem::exists(results_.file("one/manifest.json")));
}

// /dev/shm is another file system than /tmp on most machines, and a copy where it is.
TEST_F(HoldingsTest, AreCopiedToAnotherFileSystem) {
  add_run("alone", 3);
  std::string pattern = "/dev/shm/tt-archive-XXXXXX";
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const auto moved =
      archive_holding(results_.path(), *find_holding(results_.path(), "alone"), pattern);
  EXPECT_TRUE(moved) << moved.error().text();
  EXPECT_EQ(ids(*list_holdings(pattern)), Ids{"alone"});
  EXPECT_FALSE(std::filesystem::exists(results_.file("alone")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(pattern), {}), 1) << "nothing beside";
  std::filesystem::remove_all(pattern);
}

}  // namespace
}  // namespace tt::record
