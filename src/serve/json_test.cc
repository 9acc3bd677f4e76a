#include "serve/json.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// What is copied or written level by level would run out of stack.
TEST(Json, WhatIsNestedTooDeeplyIsRefused) {
  EXPECT_TRUE(parsed(nested(64)));
  EXPECT_FALSE(parsed(nested(65)));
  EXPECT_FALSE(parsed(nested(500'000)));
  EXPECT_TRUE(parsed("\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\""))
      << "brackets of a text are none";
  const auto body = object_of(R"({"targets": )" + nested(100'000) + "}");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message, "the body is nested deeper than 64 levels");
}

TEST(Json, BodiesAreObjects) {
  EXPECT_TRUE(object_of(" \n")->empty());
  EXPECT_EQ((*object_of(R"({"a": 1})"))["a"], 1);
  EXPECT_EQ(object_of("[1]").error().message, "the body must be a JSON object");
  EXPECT_EQ(object_of("{").error().message, "the body is not JSON");
  EXPECT_EQ(object_of("{\"a\": \"\xff\"}").error().message, "the body is not JSON");
}

TEST(Json, MembersOfAnotherTypeAreNamed) {
  const auto object = *object_of(R"({"a": 1, "b": "x", "c": ["y", 2], "d": null})");
  EXPECT_EQ(*number_of(object, "a", 0), 1);
  EXPECT_EQ(*string_of(object, "d", "otherwise"), "otherwise");
  EXPECT_EQ(string_of(object, "a", "").error().message, "\"a\" must be a text");
  EXPECT_EQ(number_of(object, "b", 0).error().message, "\"b\" must be a number");
  EXPECT_EQ(flag_of(object, "b", false).error().message, "\"b\" must be true or false");
  EXPECT_EQ(strings_of(object, "c").error().message, "\"c\" must be a list of texts");
}

}  // namespace
}  // namespace tt::serve
