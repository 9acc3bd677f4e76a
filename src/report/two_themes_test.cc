#include "report/two_themes.h"

#include <gtest/gtest.h>

namespace tt::report {
namespace {

constexpr std::string_view kLight =
    "<svg width=\"9\"><rect fill=\"#FFF\" x=\"1\"/><path stroke=\"#000\" fill=\"none\"/></svg>";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(kLight);
  return text.replace(text.find(from), from.size(), to);
}

TEST(TwoThemes, ColoursOfTheDarkAreRules) {
  EXPECT_EQ(both_themes(kLight, changed("#FFF", "rgb(1,2,3)")),
            "<svg width=\"9\"><style>@media screen and (prefers-color-scheme:dark){"
            "[fill=\"#FFF\"]{fill:rgb(1,2,3)}}</style>" +
                std::string(kLight.substr(kLight.find("<rect"))));
}

TEST(TwoThemes, WhatDiffersInMoreStaysTwo) {
  EXPECT_FALSE(both_themes(kLight, changed("x=\"1\"", "x=\"2\"")));
  EXPECT_FALSE(both_themes(kLight, changed("<rect", "<path")));
  EXPECT_FALSE(both_themes(kLight, changed("/></svg>", " d=\"M0\"/></svg>")));
  EXPECT_FALSE(both_themes(kLight, kLight)) << "nothing to say";
  EXPECT_FALSE(both_themes("", ""));
  EXPECT_FALSE(both_themes("fill=\"a\"", "fill=\"b\""));
}

TEST(TwoThemes, AColourThatBecomesTwoCannotBeARule) {
  const std::string light = "<svg><a fill=\"#FFF\"/><b fill=\"#FFF\"/></svg>";
  EXPECT_FALSE(both_themes(light, "<svg><a fill=\"#000\"/><b fill=\"#FFF\"/></svg>"));
  EXPECT_FALSE(both_themes(light, "<svg><a fill=\"#000\"/><b fill=\"#111\"/></svg>"));
}

TEST(TwoThemes, NothingThatEndsARuleGetsIntoOne) {
  EXPECT_FALSE(both_themes(kLight, changed("#FFF", "#000}*{fill:red")));
  EXPECT_FALSE(both_themes(kLight, changed("#FFF", "</style>")));
}

}  // namespace
}  // namespace tt::report
