#include "sim/kv_cache.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::sim {
namespace {

KvLease lease_of(std::vector<std::uint64_t> names) { return {.names = std::move(names)}; }

/// Takes what the cache knows of the lease, and room for the rest; everything is computed.
std::uint32_t fill(KvCache& kv, KvLease& lease) {
  const auto all = static_cast<std::uint32_t>(lease.names.size());
  const std::uint32_t found = kv.match(lease.names, all).blocks;
  kv.adopt(lease, found);
  kv.grow(lease, all);
  kv.publish(lease, all);
  return found;
}

TEST(KvCache, WhatWasReleasedIsFoundAgainAndCountsAsFree) {
  KvCache kv(10, true);
  KvLease a = lease_of({1, 2, 3});
  EXPECT_EQ(fill(kv, a), 0U);
  EXPECT_EQ(kv.free(), 7U);
  kv.release(a);
  EXPECT_EQ(kv.free(), 10U);
  EXPECT_EQ(kv.idle(), 3U);
  KvLease b = lease_of({1, 2, 9});
  const auto match = kv.match(b.names, 3);
  EXPECT_EQ(match.blocks, 2U);
  EXPECT_EQ(match.idle, 2U);
  EXPECT_EQ(kv.match(b.names, 1).blocks, 1U);
  EXPECT_EQ(fill(kv, b), 2U);
  EXPECT_EQ(kv.free(), 7U);
}

TEST(KvCache, SharedBlocksAreHeldOnce) {
  KvCache kv(10, true);
  KvLease a = lease_of({1, 2, 3});
  KvLease b = lease_of({1, 2, 4});
  fill(kv, a);
  EXPECT_EQ(kv.match(b.names, 3).idle, 0U);
  fill(kv, b);
  EXPECT_EQ(kv.free(), 6U);
  kv.release(a);
  EXPECT_EQ(kv.free(), 7U) << "1 and 2 are still used";
  kv.release(b);
  EXPECT_EQ(kv.free(), 10U);
}

TEST(KvCache, TheLeastRecentlyUsedGoFirstAndBeginningsLast) {
  KvCache kv(6, true);
  KvLease a = lease_of({1, 2, 3});
  KvLease b = lease_of({11, 12, 13});
  fill(kv, a);
  kv.release(a);
  fill(kv, b);
  kv.release(b);
  KvLease other = lease_of({});
  kv.grow(other, 2);
  const std::vector<std::uint64_t> first{1, 2, 3};
  const std::vector<std::uint64_t> second{11, 12, 13};
  EXPECT_EQ(kv.match(first, 3).blocks, 1U) << "the older text loses its end first";
  EXPECT_EQ(kv.match(second, 3).blocks, 3U);
  kv.grow(other, 4);
  EXPECT_EQ(kv.match(first, 3).blocks, 0U);
  EXPECT_EQ(kv.match(second, 3).blocks, 2U);
}

TEST(KvCache, TwoThatComputedTheSameKeepTheirOwnCopies) {
  KvCache kv(10, true);
  KvLease a = lease_of({1, 2});
  KvLease b = lease_of({1, 2});
  kv.grow(a, 2);
  kv.grow(b, 2);
  kv.publish(a, 2);
  kv.publish(b, 2);
  EXPECT_EQ(kv.free(), 6U);
  kv.release(a);
  kv.release(b);
  EXPECT_EQ(kv.free(), 10U);
  EXPECT_EQ(kv.idle(), 2U);
}

TEST(KvCache, WithoutSharingNothingIsKept) {
  KvCache kv(4, false);
  KvLease a = lease_of({1, 2});
  EXPECT_EQ(fill(kv, a), 0U);
  kv.release(a);
  EXPECT_EQ(kv.match(a.names, 2).blocks, 0U);
  EXPECT_EQ(kv.idle(), 0U);
  EXPECT_EQ(kv.free(), 4U);
}

TEST(KvCache, AccountsExactlyUnderRandomUse) {
  constexpr std::uint32_t kBlocks = 64;
  KvCache kv(kBlocks, true);
  Rng rng(5);
  std::vector<KvLease> held;
  for (int round = 0; round < 20'000; ++round) {
    if (!held.empty() && rng.below(2) == 0) {
      const std::size_t i = rng.below(held.size());
      kv.release(held[i]);
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    KvLease lease;
    const std::uint64_t family = rng.below(6);
    const std::size_t blocks = 1 + rng.below(8);
    for (std::uint64_t i = 0; i < blocks; ++i) lease.names.push_back(family * 100 + i);
    const auto match = kv.match(lease.names, static_cast<std::uint32_t>(blocks));
    if (blocks - match.blocks > kv.free() - match.idle) continue;
    fill(kv, lease);
    EXPECT_EQ(lease.blocks, blocks);
    held.push_back(std::move(lease));
    ASSERT_LE(kv.free(), kBlocks);
  }
  for (KvLease& lease : held) kv.release(lease);
  EXPECT_EQ(kv.free(), kBlocks);
}

}  // namespace
}  // namespace tt::sim
