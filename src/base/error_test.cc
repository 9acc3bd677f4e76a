#include "base/error.h"

#include <set>

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(Error, TextHasItsPlaceWhereThereIsOne) {
  EXPECT_EQ((Error{ErrorCode::kIo, "disk full", "/tmp/x"}.text()), "/tmp/x: disk full");
  EXPECT_EQ((Error{ErrorCode::kIo, "disk full"}.text()), "disk full");
}

TEST(Error, FailMakesAResultOfAnyType) {
  const Result<int> result = fail(ErrorCode::kNotFound, "no such run", "r-1");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(result.error().text(), "r-1: no such run");
}

TEST(Error, CodesHaveTheNamesOfTheirJson) {
  EXPECT_EQ(error_code_name(ErrorCode::kInvalidInput), "invalid_input");
  EXPECT_EQ(error_code_name(ErrorCode::kAlreadyExists), "already_exists");
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    names.insert(error_code_name(static_cast<ErrorCode>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
}

}  // namespace
}  // namespace tt
