#include "record/folder_lock.h"

#include <filesystem>
#include <optional>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace tt::record {
namespace {

std::string folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "lock_XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

TEST(FolderLock, IsHeldUntilItGoes) {
  const std::string path = folder();
  EXPECT_FALSE(is_held(path));
  {
    const auto lock = FolderLock::try_take(path);
    ASSERT_TRUE(lock) << lock.error().text();
    EXPECT_TRUE(is_held(path));
    const auto second = FolderLock::try_take(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(second.error().source, path);
  }
  EXPECT_FALSE(is_held(path));
  EXPECT_TRUE(FolderLock::take(path));
  std::filesystem::remove_all(path);
}

TEST(FolderLock, GoesAlongWhenItIsMoved) {
  const std::string path = folder();
  std::optional<FolderLock> kept;
  {
    auto lock = FolderLock::take(path);
    ASSERT_TRUE(lock) << lock.error().text();
    kept.emplace(std::move(*lock));
  }
  EXPECT_TRUE(is_held(path));
  kept.reset();
  EXPECT_FALSE(is_held(path));
  std::filesystem::remove_all(path);
}

TEST(FolderLock, NeedsAFolder) {
  const auto lock = FolderLock::take("/nonexistent/folder");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(is_held("/nonexistent/folder"));
}

}  // namespace
}  // namespace tt::record
