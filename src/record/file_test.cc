#include "record/file.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "record/test_rows.h"

namespace tt::record {
namespace {

TEST(File, WritesAtomicallyAndReadsBack) {
  const TempFolder folder;
  const std::string path = folder.file("x");
  const std::string large(200'000, 'y');
  ASSERT_TRUE(write_file_atomically(path, "first"));
  ASSERT_TRUE(write_file_atomically(path, large));
  EXPECT_EQ(*read_file(path), large);
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
  ASSERT_TRUE(write_file_atomically(path, ""));
  EXPECT_EQ(*read_file(path), "");
}

TEST(File, SaysWhatToDo) {
  const TempFolder folder;
  ASSERT_TRUE(write_file_atomically(folder.file("x"), ""));
  const auto below = write_file_atomically(folder.file("x/y"), "z");
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().code, ErrorCode::kIo);
  EXPECT_NE(below.error().message.find("not a folder"), std::string::npos) << below.error().text();
  EXPECT_EQ(read_file(folder.file("none")).error().code, ErrorCode::kNotFound);
  EXPECT_NE(io_error("x", "y", ENOSPC).message.find("make room"), std::string::npos);
  EXPECT_NE(io_error("x", "y", EACCES).message.find("may write"), std::string::npos);
  EXPECT_FALSE(publish_file(folder.file("none"), folder.file("z")));
}

TEST(File, FailedPublishLeavesNothingBehind) {
  const TempFolder folder;
  std::filesystem::create_directories(folder.file("taken/inside"));
  EXPECT_FALSE(write_file_atomically(folder.file("taken"), "x"));  // a folder that is not empty
  EXPECT_FALSE(std::filesystem::exists(folder.file("taken.tmp")));
}

TEST(File, FreeSpaceIsKnownForFoldersThatExist) {
  const TempFolder folder;
  const auto space = free_space(folder.path());
  ASSERT_TRUE(space);
  EXPECT_GT(*space, 0u);
  EXPECT_FALSE(free_space(folder.file("none")));
}

}  // namespace
}  // namespace tt::record
