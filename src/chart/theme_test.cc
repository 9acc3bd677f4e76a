// The colours of js/theme.json against what WCAG 2.1 asks: 3:1 for graphics, 4.5:1 for text.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tt::chart {
namespace {

nlohmann::json themes() {
  std::ifstream file(std::filesystem::path(TT_SOURCE_DIR) / "src/chart/js/theme.json");
  return nlohmann::json::parse(file);
}

// Relative luminance and contrast as WCAG 2.1 defines them.
double luminance(const std::string& hex) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (std::size_t i = 0; i < 3; ++i) {
    const double c = std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    sum += weights[i] * (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::string& a, const std::string& b) {
  const double high = std::max(luminance(a), luminance(b));
  const double low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

TEST(Theme, ContrastIsEnough) {
  EXPECT_NEAR(contrast("#000000", "#FFFFFF"), 21, 1e-9);
  const auto all = themes();
  for (const auto& [name, theme] : all.items()) {
    const std::string ground = theme.at("background");
    for (const auto& [key, value] : theme.items()) {
      if (key == "background" || key == "halo" || key == "grid" || key == "minor") continue;
      const bool text =
          key == "text" || key == "muted" || key == "faint" || key == "bad" || key == "axis";
      EXPECT_GE(contrast(value, ground), text ? 4.5 : 3.0) << name << " " << key;
    }
  }
}

TEST(Theme, BothHaveTheSameColours) {
  const auto all = themes();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& [key, value] : all.at("light").items())
    EXPECT_TRUE(all.at("dark").contains(key)) << key;
  EXPECT_EQ(all.at("light").size(), all.at("dark").size());
}

}  // namespace
}  // namespace tt::chart
