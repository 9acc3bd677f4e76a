// For tests: texts compared with tests/gold/app/<name>; TT_UPDATE_GOLD=1 writes them instead.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/terminal.h"

namespace tt::app {

inline std::string plain_text(const std::vector<Line>& lines) {
  std::string text;
  for (const auto& line : lines) text += paint(line, {}) + "\n";
  return text;
}

inline void expect_gold(const std::string& actual, const std::string& name) {
  const auto path = std::filesystem::path(TT_SOURCE_DIR) / "tests/gold/app" / name;
  if (std::getenv("TT_UPDATE_GOLD") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ostringstream expected;
  expected << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(actual, expected.str()) << "run with TT_UPDATE_GOLD=1 to accept the change";
}

inline void expect_within(const std::vector<Line>& lines, std::size_t width) {
  for (const auto& line : lines) EXPECT_LE(line.width(), width) << line.text();
}

}  // namespace tt::app
