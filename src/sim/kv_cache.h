// The KV cache, in blocks. Blocks that hold a known prefix stay after their request is gone, until
// room is needed: the least recently used go first, of one request the last ones first, so that
// prefixes survive longest (as in vLLM).
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/slots.h"

namespace tt::sim {

/// What one request holds, and by which names its blocks would be found again.
struct KvLease {
  /// A name for each full block of the text, in order; each stands for all tokens up to its end.
  /// Empty: the text is not known, nothing is shared.
  std::vector<std::uint64_t> names;
  std::uint32_t blocks = 0;           // held
  std::uint32_t seen = 0;             // of them, those that were adopted or published
  std::vector<std::uint32_t> cached;  // entries of the first `seen` blocks; kNoSlot: its own copy
};

/// Not thread-safe.
class KvCache {
 public:
  /// `sharing`: whether prefixes are kept at all.
  KvCache(std::uint32_t blocks, bool sharing)
      : blocks_(blocks), empty_(blocks), sharing_(sharing) {}

  std::uint32_t blocks() const { return blocks_; }
  /// Blocks that can be had: empty ones, and those that only wait to be used again.
  std::uint32_t free() const { return empty_ + idle_.size(); }
  /// Blocks that only wait to be used again.
  std::uint32_t idle() const { return idle_.size(); }

  /// What the cache holds of a text: blocks from its start, at most `most`.
  struct Match {
    std::uint32_t blocks = 0;
    std::uint32_t idle = 0;  // of them, those that adopting takes out of free()
  };
  Match match(std::span<const std::uint64_t> names, std::uint32_t most) const;
  /// Gives an empty lease the first `blocks` blocks, as match() found them.
  void adopt(KvLease& lease, std::uint32_t blocks);
  /// More blocks, up to `blocks` in all. The caller has seen that they are free.
  void grow(KvLease& lease, std::uint32_t blocks);
  /// The first `full` blocks are computed: from now on others can find them.
  void publish(KvLease& lease, std::uint32_t full);
  /// Gives everything back.
  void release(KvLease& lease);

 private:
  struct Entry {
    std::uint64_t name = 0;
    std::uint32_t users = 0;
  };

  std::uint32_t blocks_;
  std::uint32_t empty_;
  bool sharing_;
  SlotPool<Entry> entries_;
  SlotList<Entry> idle_{entries_};  // without users, the next to go first
  std::unordered_map<std::uint64_t, std::uint32_t> by_name_;
};

}  // namespace tt::sim
