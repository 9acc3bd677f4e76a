// For tests of what people see: lines as text, compared with tests/gold/app/<name>.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/terminal.h"
#include "base/test_gold.h"

namespace tt::app {

inline std::string plain_text(const std::vector<Line>& lines) {
  std::string text;
  for (const auto& line : lines) text += paint(line, {}) + "\n";
  return text;
}

/// Compares with tests/gold/app/<name>.
inline void expect_gold(const std::string& actual, const std::string& name) {
  tt::expect_gold(actual, "app/" + name);
}

inline void expect_within(const std::vector<Line>& lines, std::size_t width) {
  for (const auto& line : lines) EXPECT_LE(line.width(), width) << line.text();
}

}  // namespace tt::app
