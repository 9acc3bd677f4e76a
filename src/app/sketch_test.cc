#include "app/sketch.h"

#include <cmath>

#include <gtest/gtest.h>

#include "app/terminal.h"

namespace tt::app {
namespace {

TEST(Sketch, HeightsAreSharesOfTheGreatest) {
  EXPECT_EQ(sketch(std::vector<double>{0, 1, 4, 8}), " ▁▄█");
  EXPECT_EQ(sketch(std::vector<double>{1, NAN, 2}), "▄ █");
  EXPECT_EQ(sketch(std::vector<double>{1, 2}, 4), "▂▄");
  EXPECT_EQ(sketch(std::vector<double>{0.001, 100}), "▁█");  // little is not nothing
  EXPECT_EQ(sketch(std::vector<double>{0, 0}), "  ");
  EXPECT_EQ(sketch({}), "");
}

TEST(Sketch, ResamplesByMeans) {
  EXPECT_EQ(resample(std::vector<double>{1, 3, 5, 7}, 2), (std::vector<double>{2, 6}));
  EXPECT_EQ(resample(std::vector<double>{1, 2}, 5), (std::vector<double>{1, 2}));
  const auto gaps = resample(std::vector<double>{1, NAN, NAN, NAN}, 2);
  EXPECT_EQ(gaps[0], 1);
  EXPECT_TRUE(std::isnan(gaps[1]));
}

TEST(Sketch, OfAHistogramLeavesTheFarTailOut) {
  analysis::Histogram h{.edges = std::vector<double>(101),
                        .counts = std::vector<std::uint64_t>(100)};
  h.counts[0] = 500;
  h.counts[1] = 500;
  h.counts[99] = 1;
  EXPECT_EQ(sketch_of(h, 10), "██");
  EXPECT_EQ(sketch_of({}, 10), "");
}

TEST(Sketch, IsAsciiWhereTheTerminalIsDumb) {
  const Line line(sketch(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8}) + "|");
  EXPECT_EQ(paint(line, {.utf8 = false}), " _.-=+*%#|");
}

}  // namespace
}  // namespace tt::app
