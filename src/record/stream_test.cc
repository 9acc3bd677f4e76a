#include "record/stream.h"

#include <gtest/gtest.h>

namespace tt::record {
namespace {

TEST(Event, IsOneJsonObject) {
  EXPECT_EQ(event_json({.at = -5, .type = "log", .fields_json = R"("text":"hi","n":1)"}),
            R"({"t":-5,"type":"log","text":"hi","n":1})");
  EXPECT_EQ(event_json({.at = 0, .type = "a\"b\n", .fields_json = ""}),
            R"({"t":0,"type":"a\"b\n"})");
}

}  // namespace
}  // namespace tt::record
