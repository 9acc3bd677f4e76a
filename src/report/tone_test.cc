#include "report/tone.h"

#include <gtest/gtest.h>

#include "report/figure_cells.h"

namespace tt::report {
namespace {

TEST(Tone, HasASignBesideItsColour) {
  EXPECT_EQ(marked(Tone::kGood, "12 ms"), "✓ 12 ms");
  EXPECT_EQ(marked(Tone::kWarn, "12 ms"), "! 12 ms");
  EXPECT_EQ(marked(Tone::kBad, "12 ms"), "✗ 12 ms");
  EXPECT_EQ(marked(Tone::kQuiet, "12 ms"), "12 ms");
  EXPECT_EQ(marked(Tone::kBad, ""), "");
}

TEST(Tone, AnAccentOfLettersCanBeRead) {
  Document document;
  EXPECT_FALSE(accent_of(document));
  EXPECT_FALSE(accent_ink(document));
  document.accent = "#1d4ed8";
  EXPECT_EQ(accent_of(document), 0x1d4ed8U);
  EXPECT_EQ(accent_ink(document), 0x1d4ed8U);
  document.accent = "#fde047";
  EXPECT_EQ(accent_of(document), 0xfde047U);
  ASSERT_TRUE(accent_ink(document));
  EXPECT_EQ(hex_of(*accent_ink(document)).size(), 6U);
  EXPECT_LT(*accent_ink(document), 0xa00000U);
  document.accent = "#0f766e; evil";
  EXPECT_FALSE(accent_ink(document));
}

TEST(Shares, WhatIsKeptAndWhatIsMissedMakeTheWhole) {
  EXPECT_EQ(share_text(196.0 / 209), "93.77%");
  EXPECT_EQ(missed_text(13.0 / 209), "6.23%");
  EXPECT_EQ(share_text(1 - 1e-6), "99.99%");
  EXPECT_EQ(missed_text(1e-6), "0.01%");
  EXPECT_EQ(missed_text(0), "0%");
  EXPECT_EQ(missed_text(1), "100%");
}

}  // namespace
}  // namespace tt::report
