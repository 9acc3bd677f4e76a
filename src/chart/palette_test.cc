#include "chart/palette.h"

#include <gtest/gtest.h>

namespace tt::chart {
namespace {

std::vector<analysis::TargetInput> targets_of(
    const std::vector<std::pair<std::string, std::string>>& engines_and_colours) {
  std::vector<analysis::TargetInput> targets;
  for (const auto& [engine, colour] : engines_and_colours) {
    auto& target = targets.emplace_back();
    target.name = engine;
    target.engine = engine;
    target.colour = colour;
  }
  return targets;
}

TEST(Palette, TargetsHaveTheirEnginesColourOrTheirOwn) {
  EXPECT_EQ(target_colours(targets_of({{"vllm", ""}, {"tgi", "#1d4ed8"}, {"vllm", "#0F766E"}})),
            (std::vector<Rgb>{0x7C3AED, 0x1D4ED8, 0x0F766E}));
  EXPECT_TRUE(target_colours({}).empty());
}

TEST(Palette, AColourThatIsTooPaleIsMadeToStandOut) {
  const auto colours = target_colours(targets_of({{"vllm", "#ffff00"}}));
  ASSERT_EQ(colours.size(), 1U);
  EXPECT_NE(colours[0], 0xFFFF00U);
  // Still a yellow: as js/prepare.js has it.
  EXPECT_EQ(colours[0], 0x949712U);
}

TEST(Palette, MixesNoFurtherThanNeeded) {
  EXPECT_EQ(standing_out(0x1D4ED8, 0xFFFFFF, 4.5), 0x1D4ED8U);
  EXPECT_EQ(standing_out(0xFFFFFF, 0xFFFFFF, 21), 0x111827U);
  EXPECT_EQ(standing_out(0x000000, 0x000000, 21), 0xFFFFFFU);
}

TEST(Palette, ReadsOnlyColours) {
  EXPECT_EQ(parse_colour("#0f766E"), 0x0F766EU);
  for (const auto* text : {"", "#", "0f766e0", "#0f766", "#0f766e0", "#0f76-e", "#+f766e"}) {
    EXPECT_FALSE(parse_colour(text)) << text;
  }
}

}  // namespace
}  // namespace tt::chart
