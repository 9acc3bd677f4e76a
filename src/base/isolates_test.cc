#include "base/isolates.h"

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(Isolates, AreAroundNamesThatRunLeft) {
  EXPECT_EQ(isolated("שלום: 1.46 x"), "\u2068שלום\u2069: 1.46 x");
  EXPECT_EQ(isolated("of مرحبا بكم 12"), "of \u2068مرحبا بكم\u2069 12");
  EXPECT_EQ(isolated("שלום, עולם"), "\u2068שלום\u2069, \u2068עולם\u2069");
  EXPECT_EQ(isolated("שלום-עולם"), "\u2068שלום-עולם\u2069");
  EXPECT_EQ(isolated("\U0001e900"), "\u2068\U0001e900\u2069");
}

TEST(Isolates, LeaveAllElseAsItIs) {
  for (const auto* text : {"", "vllm is better: 1.46x", "模型 été 🚀 ≤ …", "a-b 12"}) {
    EXPECT_EQ(isolated(text), text);
  }
}

TEST(Isolates, TakeAnyBytes) {
  for (int lead = 0; lead < 256; ++lead) {
    const std::string text = {'a', static_cast<char>(lead), static_cast<char>(0x90), 'b'};
    EXPECT_GE(isolated(text).size(), text.size());
  }
}

}  // namespace
}  // namespace tt
