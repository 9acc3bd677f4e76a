// For tests: what is written, compared with the file that it should be.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace tt {

/// Compares with tests/gold/<name>, byte for byte; TT_UPDATE_GOLD=1 writes it instead.
inline void expect_gold(const std::string& actual, const std::string& name) {
  const auto path = std::filesystem::path(TT_SOURCE_DIR) / "tests/gold" / name;
  if (std::getenv("TT_UPDATE_GOLD") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ostringstream expected;
  expected << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(actual, expected.str()) << name << ": TT_UPDATE_GOLD=1 accepts the change";
}

}  // namespace tt
