#include "app/document_files.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/safe_text.h"

namespace tt::app {
namespace {

std::string joined(const std::vector<std::string>& ids) { return joined_id(ids); }

TEST(JoinedId, NamesTheRuns) {
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"a", "b", "c"}), "a+b+c");
  EXPECT_EQ(joined({"a", "b", "c", "d"}), "a+3-others");
}

TEST(JoinedId, LeavesRoomForTheRestOfAFilesName) {
  const std::string lengthy(96, 'x');
  EXPECT_EQ(joined({lengthy, lengthy, lengthy}), lengthy + "+2-others");
  EXPECT_EQ(joined({lengthy, lengthy}), lengthy + "+1-other");
  const auto cut = joined({std::string(250, 'x') + "-20260131-120000"});
  EXPECT_LE(cut.size(), 160U);
  EXPECT_TRUE(cut.ends_with("-20260131-120000")) << "when it began stays";
}

TEST(JoinedId, CutsNoLetter) {
  for (std::size_t ahead = 0; ahead < 4; ++ahead) {
    std::string id(ahead, 'x');
    for (int i = 0; i < 80; ++i) id += "模";
    for (const auto& name : {joined({id}), joined({id, id})}) {
      EXPECT_LE(name.size(), 160U);
      EXPECT_EQ(safe_text(name), name) << "every byte belongs to a letter";
    }
  }
}

TEST(CheckFree, KeepsWhatIsThere) {
  const auto place = testing::TempDir();
  EXPECT_FALSE(check_free(place, false));
  EXPECT_TRUE(check_free(place, true));
  EXPECT_TRUE(check_free(place + "not-there", false));
  EXPECT_TRUE(check_free("-", false));
}

}  // namespace
}  // namespace tt::app
