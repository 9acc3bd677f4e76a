#include "stats/adjust.h"

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

TEST(Holm, StepsDown) {
  EXPECT_EQ(holm_adjust(std::vector<double>{0.01, 0.04, 0.03, 0.005}),
            (std::vector<double>{0.03, 0.06, 0.06, 0.02}));
  EXPECT_EQ(holm_adjust(std::vector<double>{0.6, 0.9}), (std::vector<double>{1, 1}));
  EXPECT_EQ(holm_adjust(std::vector<double>{0.2}), std::vector<double>{0.2});
  EXPECT_TRUE(holm_adjust({}).empty());
}

TEST(BenjaminiHochberg, StepsUp) {
  // By hand: 4 * 0.005, 2 * 0.01, then 4/3 * 0.03, then 0.04.
  const auto adjusted = benjamini_hochberg_adjust(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  const std::vector<double> expected = {0.02, 0.04, 0.04, 0.02};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_DOUBLE_EQ(adjusted[i], expected[i]);
  // One that is too large lends nothing to the smaller ones before it.
  const auto even = benjamini_hochberg_adjust(std::vector<double>{0.01, 0.02, 0.03, 0.04, 0.05});
  for (const double p : even) EXPECT_DOUBLE_EQ(p, 0.05);
  EXPECT_EQ(benjamini_hochberg_adjust(std::vector<double>{0.2}), std::vector<double>{0.2});
  EXPECT_TRUE(benjamini_hochberg_adjust({}).empty());
}

}  // namespace
}  // namespace tt::stats
