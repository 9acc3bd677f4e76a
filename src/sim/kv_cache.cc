#include "sim/kv_cache.h"

#include <algorithm>

namespace tt::sim {

KvCache::Match KvCache::match(std::span<const std::uint64_t> names, std::uint32_t most) const {
  Match found;
  if (!sharing_) return found;
  for (const std::uint64_t name : names.first(std::min<std::size_t>(most, names.size()))) {
    const auto entry = by_name_.find(name);
    if (entry == by_name_.end()) break;
    ++found.blocks;
    found.idle += entries_[entry->second].users == 0 ? 1 : 0;
  }
  return found;
}

void KvCache::adopt(KvLease& lease, std::uint32_t blocks) {
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const std::uint32_t index = by_name_.at(lease.names[i]);
    if (entries_[index].users++ == 0) idle_.erase(index);
    lease.cached.push_back(index);
  }
  lease.blocks = lease.seen = blocks;
}

void KvCache::grow(KvLease& lease, std::uint32_t blocks) {
  if (blocks <= lease.blocks) return;
  const std::uint32_t more = blocks - lease.blocks;
  while (empty_ < more) {
    const std::uint32_t index = idle_.front();
    by_name_.erase(entries_[index].name);
    idle_.erase(index);
    entries_.give(index);
    ++empty_;
  }
  empty_ -= more;
  lease.blocks = blocks;
}

void KvCache::publish(KvLease& lease, std::uint32_t full) {
  if (!sharing_) return;
  full = std::min({full, lease.blocks, static_cast<std::uint32_t>(lease.names.size())});
  for (; lease.seen < full; ++lease.seen) {
    const std::uint64_t name = lease.names[lease.seen];
    if (by_name_.contains(name)) {  // another computed the same meanwhile: both copies stay
      lease.cached.push_back(kNoSlot);
      continue;
    }
    const std::uint32_t index = entries_.take();
    entries_[index] = {.name = name, .users = 1};
    by_name_.emplace(name, index);
    lease.cached.push_back(index);
  }
}

void KvCache::release(KvLease& lease) {
  empty_ += lease.blocks - lease.seen;
  for (auto index = lease.cached.rbegin(); index != lease.cached.rend(); ++index) {
    if (*index == kNoSlot) {
      ++empty_;
    } else if (--entries_[*index].users == 0) {
      idle_.push_back(*index);
    }
  }
  lease.cached.clear();
  lease.blocks = lease.seen = 0;
}

}  // namespace tt::sim
