// Storage for requests in flight: slots that are used again, named by ids that are not, and lists
// through them that never allocate.
#pragma once

#include <cstdint>
#include <vector>

namespace tt::sim {

inline constexpr std::uint32_t kNoSlot = UINT32_MAX;

/// T is a plain struct; a slot taken again starts as T{}. References hold until the next take().
template <class T>
class SlotPool {
 public:
  std::uint32_t take() {
    if (free_.empty()) {
      nodes_.emplace_back();
      free_.reserve(nodes_.size());
      return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    nodes_[index].value = T{};
    return index;
  }
  void give(std::uint32_t index) {
    ++nodes_[index].generation;
    free_.push_back(index);
  }
  std::size_t in_use() const { return nodes_.size() - free_.size(); }

  T& operator[](std::uint32_t index) { return nodes_[index].value; }
  const T& operator[](std::uint32_t index) const { return nodes_[index].value; }

  std::uint64_t id(std::uint32_t index) const {
    return std::uint64_t{nodes_[index].generation} << 32 | index;
  }
  /// The slot that `id` names, or kNoSlot where it was given back.
  std::uint32_t find(std::uint64_t id) const {
    const auto index = static_cast<std::uint32_t>(id);
    return index < nodes_.size() && nodes_[index].generation == id >> 32 ? index : kNoSlot;
  }

 private:
  template <class>
  friend class SlotList;
  struct Node {
    T value;
    std::uint32_t generation = 0;
    std::uint32_t before = kNoSlot;
    std::uint32_t after = kNoSlot;
  };
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
};

/// An ordered list of a pool's slots; a slot stands in at most one list.
template <class T>
class SlotList {
 public:
  explicit SlotList(SlotPool<T>& pool) : pool_(pool) {}
  bool empty() const { return first_ == kNoSlot; }
  std::uint32_t size() const { return size_; }
  /// kNoSlot where empty.
  std::uint32_t front() const { return first_; }

  void push_back(std::uint32_t index) { insert(index, last_, kNoSlot); }
  void push_front(std::uint32_t index) { insert(index, kNoSlot, first_); }
  /// Behind the last one that `goes_after` does not hold for; looked for from the end.
  template <class GoesAfter>
  void insert_sorted(std::uint32_t index, GoesAfter goes_after) {
    std::uint32_t before = last_;
    while (before != kNoSlot && goes_after(before)) before = pool_.nodes_[before].before;
    insert(index, before, before == kNoSlot ? first_ : pool_.nodes_[before].after);
  }
  void erase(std::uint32_t index) {
    auto& node = pool_.nodes_[index];
    (node.before == kNoSlot ? first_ : pool_.nodes_[node.before].after) = node.after;
    (node.after == kNoSlot ? last_ : pool_.nodes_[node.after].before) = node.before;
    --size_;
  }

 private:
  void insert(std::uint32_t index, std::uint32_t before, std::uint32_t after) {
    auto& node = pool_.nodes_[index];
    node.before = before;
    node.after = after;
    (before == kNoSlot ? first_ : pool_.nodes_[before].after) = index;
    (after == kNoSlot ? last_ : pool_.nodes_[after].before) = index;
    ++size_;
  }

  SlotPool<T>& pool_;
  std::uint32_t first_ = kNoSlot;
  std::uint32_t last_ = kNoSlot;
  std::uint32_t size_ = 0;
};

}  // namespace tt::sim
