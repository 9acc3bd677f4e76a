#include "base/outcome.h"

#include <set>

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(Outcome, EveryStatusHasANameOfItsOwnAndAHelp) {
  std::set<std::string_view> names;
  for (int i = 0; i < kStatusCount; ++i) {
    const auto status = static_cast<Status>(i);
    names.insert(status_name(status));
    EXPECT_EQ(status_from_name(status_name(status)), status);
    EXPECT_GT(status_help(status).size(), 10u) << status_name(status);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kStatusCount));
}

TEST(Outcome, NamesOfFilesAreNeverMoved) {
  EXPECT_EQ(status_name(Status::kOk), "ok");
  EXPECT_EQ(status_name(Status::kFirstTokenTimeout), "first_token_timeout");
  EXPECT_EQ(status_name(Status::kOverloaded), "overloaded");
  EXPECT_EQ(status_name(Status::kEmpty), "empty");
  EXPECT_EQ(status_name(Status::kDropped), "dropped");
  EXPECT_EQ(token_source_name(TokenSource::kNone), "none");
  EXPECT_EQ(token_source_name(TokenSource::kUsage), "usage");
  EXPECT_EQ(token_source_name(TokenSource::kEngineFields), "engine_fields");
  EXPECT_EQ(token_source_name(TokenSource::kChunks), "chunks");
}

TEST(Outcome, UnknownNamesAreNothing) {
  EXPECT_FALSE(status_from_name(""));
  EXPECT_FALSE(status_from_name("OK"));
  EXPECT_FALSE(token_source_from_name("tokens"));
  EXPECT_EQ(token_source_from_name("chunks"), TokenSource::kChunks);
}

}  // namespace
}  // namespace tt
