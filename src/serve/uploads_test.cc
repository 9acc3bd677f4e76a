#include "serve/uploads.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "record/file.h"

namespace tt::serve {
namespace {

namespace fs = std::filesystem;

class UploadsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() /
        ("uploads-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Files, of whichever program.
  std::size_t kept() const {
    std::error_code ignored;
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / ".uploads", ignored)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  fs::path folder_;
};

TEST_F(UploadsTest, AreKeptWholeUntilTheyAreRemoved) {
  Uploads uploads(folder_);
  auto sink = uploads.begin("../../a b.csv", 0);
  ASSERT_TRUE(sink) << sink.error().text();
  ASSERT_TRUE((*sink)->write("ab"));
  ASSERT_TRUE((*sink)->write("c"));
  EXPECT_EQ((*sink)->finish().status, 200u);
  sink->reset();
  const auto list = uploads.list();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].name, "_.._a_b.csv");
  EXPECT_EQ(list[0].bytes, 3u);
  EXPECT_EQ(*record::read_file(*uploads.path(list[0].id)), "abc");
  EXPECT_TRUE(uploads.remove(list[0].id));
  EXPECT_FALSE(uploads.remove(list[0].id));
  EXPECT_FALSE(uploads.path(list[0].id));
  EXPECT_EQ(kept(), 0u);
}

TEST_F(UploadsTest, LeaveNothingWhereTheSenderWentAway) {
  Uploads uploads(folder_);
  {
    auto sink = uploads.begin("a.csv", 10);
    ASSERT_TRUE(sink);
    ASSERT_TRUE((*sink)->write("abc"));
    EXPECT_EQ(kept(), 1u);
  }
  EXPECT_EQ(kept(), 0u);
  EXPECT_TRUE(uploads.list().empty());
}

TEST_F(UploadsTest, AreCounted) {
  Uploads uploads(folder_, {.files = 2});
  auto one = uploads.begin("a", 0);
  auto two = uploads.begin("b", 0);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(uploads.begin("c", 0).error().code, ErrorCode::kUnavailable)
      << "those on their way count";
  one->reset();
  EXPECT_TRUE(uploads.begin("c", 0));
}

TEST_F(UploadsTest, ADiskThatWouldBeFullIsSaidAtOnce) {
  Uploads uploads(folder_, {.spare_bytes = UINT64_MAX / 2});
  const auto sink = uploads.begin("a", 1);
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().code, ErrorCode::kIo);
  EXPECT_EQ(kept(), 0u);
}

TEST_F(UploadsTest, OfAProgramThatWasKilledAreSweptAway) {
  fs::create_directories(folder_ / ".uploads/old/id");
  ASSERT_TRUE(record::write_file_atomically(folder_ / ".uploads/old/id/a.csv", "x"));
  const Uploads uploads(folder_);
  EXPECT_EQ(kept(), 0u);
}

TEST_F(UploadsTest, OfAnotherProgramThatGoesOnAreLeftAlone) {
  auto first = std::make_unique<Uploads>(folder_);
  auto sink = first->begin("a.csv", 0);
  ASSERT_TRUE(sink && (*sink)->write("abc"));
  EXPECT_EQ((*sink)->finish().status, 200u);
  sink->reset();
  {
    Uploads second(folder_);
    EXPECT_EQ(kept(), 1u);
    const auto other = second.begin("b.csv", 0);
    ASSERT_TRUE(other) << other.error().text();
    EXPECT_EQ(kept(), 2u);
  }
  EXPECT_EQ(*record::read_file(*first->path(first->list()[0].id)), "abc");
  first.reset();
  EXPECT_FALSE(fs::exists(folder_ / ".uploads")) << "the last one puts out the light";
}

TEST(SafeFileName, KeepsWhatANameNeeds) {
  EXPECT_EQ(safe_file_name("vllm-20260131.csv"), "vllm-20260131.csv");
  EXPECT_EQ(safe_file_name(".."), "file");
  EXPECT_EQ(safe_file_name(""), "file");
  EXPECT_EQ(safe_file_name("a/b\\c\n.csv"), "a_b_c_.csv");
  EXPECT_EQ(safe_file_name(std::string(300, 'x') + ".csv").size(), 120u);
}

}  // namespace
}  // namespace tt::serve
