#include "record/file.h"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/test_rows.h"

namespace tt::record {
namespace {

auto files_in(const TempFolder& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

TEST(File, WritesAtomicallyAndReadsBack) {
  const TempFolder folder;
  const std::string path = folder.file("x");
  const std::string large(200'000, 'y');
  ASSERT_TRUE(write_file_atomically(path, "first"));
  ASSERT_TRUE(write_file_atomically(path, large));
  EXPECT_EQ(*read_file(path), large);
  EXPECT_EQ(files_in(folder), 1U);
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
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(File, SeveralWritersDoNotMixTheirBytes) {
  const TempFolder folder;
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&, letter] {
      for (int i = 0; i < 20; ++i) {
        if (!write_file_atomically(folder.file("x"), std::string(50'000, letter))) ++failed;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  const auto text = read_file(folder.file("x"));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, std::string(50'000, text->at(0)));
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(File, APipeStaysAPipe) {
  const TempFolder folder;
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(write_file_atomically(pipe, "hello"));
  char bytes[8] = {};
  EXPECT_EQ(::read(reader, bytes, sizeof bytes), 5);
  ::close(reader);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_EQ(files_in(folder), 1U);
}

TEST(File, ALinkIsNotWrittenThrough) {
  const TempFolder folder;
  ASSERT_TRUE(write_file_atomically(folder.file("theirs"), "theirs"));
  std::filesystem::create_symlink(folder.file("theirs"), folder.file("x.tmp"));
  std::filesystem::create_symlink(folder.file("theirs"), folder.file("x"));
  EXPECT_TRUE(write_file_atomically(folder.file("x"), "ours"));
  EXPECT_EQ(*read_file(folder.file("theirs")), "theirs");
  EXPECT_EQ(*read_file(folder.file("x")), "ours");
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
