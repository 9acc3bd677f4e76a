#include "app/notes_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

TEST(NotesView, SaysWhoSaidWhatNumbered) {
  const record::Notes notes{
      .tags = {"nightly", "a100"},
      .annotations = {{1'769'860'800'000'000'000, "driver 550, before the reboot"},
                      {1'769'860'800'000'000'000,
                       "quotes \" and more than one line needs, "
                       "which goes on below its own beginning"}}};
  const auto lines = notes_lines(notes, 80);
  expect_within(lines, 80);
  EXPECT_EQ(plain_text(lines),
            "  tags    nightly, a100\n"
            "  note 1  2026-01-31 driver 550, before the reboot\n"
            "  note 2  2026-01-31 quotes \" and more than one line needs, which goes on below\n"
            "          its own beginning\n");
  EXPECT_EQ(notes_json({.tags = {"a"}, .annotations = {{0, "\"b\""}}}),
            R"("tags": ["a"], "notes": [{"at": "1970-01-01T00:00:00.000Z", "text": "\"b\""}])");
}

TEST(NotesView, SaysNothingWhereNobodyDid) {
  EXPECT_TRUE(notes_lines({}, 80).empty());
  EXPECT_EQ(notes_json({}), R"("tags": [], "notes": [])");
}

}  // namespace
}  // namespace tt::app
