#include "sim/faults.h"

#include <array>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

TEST(Faults, RatesAndDurationsFromText) {
  const auto f = parse_faults("error=0.01, overload=0.02,stall=0.5,stall_for=3s,odd_chunks=1");
  ASSERT_TRUE(f.has_value()) << f.error().text();
  EXPECT_EQ(f->error, 0.01);
  EXPECT_EQ(f->overload, 0.02);
  EXPECT_EQ(f->stall, 0.5);
  EXPECT_EQ(f->stall_for, 3 * kSecond);
  EXPECT_EQ(f->odd_chunks, 1);
  EXPECT_TRUE(f->any());
  EXPECT_FALSE(parse_faults("")->any());
}

TEST(Faults, NonsenseIsRefusedWithAWayOut) {
  for (const char* bad : {"error", "error=", "error=1.1", "error=-0.1", "error=nan", "error=1e",
                          "stall_for=soon", "eror=0.1", "x=1", "error=0.6,cut=0.6"}) {
    EXPECT_FALSE(parse_faults(bad).has_value()) << bad;
  }
  EXPECT_NE(parse_faults("eror=0.1").error().message.find("`error`"), std::string::npos);
}

TEST(Faults, TheSameRequestAlwaysFaresTheSame) {
  const auto f = parse_faults("error=0.2,cut=0.2,slow_header=0.3").value();
  for (std::uint64_t n = 0; n < 100; ++n) {
    const Fate a = fate_of(f, 7, n);
    const Fate b = fate_of(f, 7, n);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.where, b.where);
    EXPECT_EQ(a.slow_header, b.slow_header);
  }
}

TEST(Faults, RatesAreKept) {
  const auto f = parse_faults(
                     "error=0.1,overload=0.05,stream_error=0.1,stall=0.15,cut=0.2,"
                     "garbage=0.05,slow_header=0.3,odd_chunks=0.4")
                     .value();
  constexpr int kRequests = 100'000;
  std::array<int, 7> kinds{};
  int slow = 0;
  int odd = 0;
  for (std::uint64_t n = 0; n < kRequests; ++n) {
    const Fate fate = fate_of(f, 42, n);
    ++kinds[static_cast<std::size_t>(fate.kind)];
    slow += fate.slow_header ? 1 : 0;
    odd += fate.odd_chunks ? 1 : 0;
    EXPECT_GE(fate.where, 0);
    EXPECT_LT(fate.where, 1);
  }
  const std::array<double, 7> wanted{0.35, 0.1, 0.05, 0.1, 0.15, 0.2, 0.05};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(kinds[i] / double{kRequests}, wanted[i], 0.006) << i;
  }
  EXPECT_NEAR(slow / double{kRequests}, 0.3, 0.006);
  EXPECT_NEAR(odd / double{kRequests}, 0.4, 0.006);
}

TEST(Faults, NoRatesNoFaults) {
  for (std::uint64_t n = 0; n < 1000; ++n) {
    EXPECT_EQ(fate_of({}, 1, n).kind, Fate::Kind::kNone);
  }
}

}  // namespace
}  // namespace tt::sim
