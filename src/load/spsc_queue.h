// A bounded queue between exactly one producer thread and one consumer thread. Wait-free.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

namespace tt::load {

template <class T>
class SpscQueue {
 public:
  /// Room for `capacity` items, rounded up to a power of two.
  explicit SpscQueue(std::size_t capacity) {
    std::size_t size = 2;
    while (size < capacity) size *= 2;
    slots_.resize(size);
  }

  /// Producer only. False where the queue is full; `item` is then untouched.
  bool push(T& item) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - seen_head_ == slots_.size()) {
      seen_head_ = head_.load(std::memory_order_acquire);
      if (tail - seen_head_ == slots_.size()) return false;
    }
    slots_[tail & (slots_.size() - 1)] = std::move(item);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Consumer only. False where the queue is empty.
  bool pop(T& item) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == seen_tail_) {
      seen_tail_ = tail_.load(std::memory_order_acquire);
      if (head == seen_tail_) return false;
    }
    item = std::move(slots_[head & (slots_.size() - 1)]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  static constexpr std::size_t kLine = 64;  // keeps the two sides off each other's cache line
  std::vector<T> slots_;
  alignas(kLine) std::atomic<std::size_t> tail_{0};
  std::size_t seen_head_ = 0;  // producer's last look at head_
  alignas(kLine) std::atomic<std::size_t> head_{0};
  std::size_t seen_tail_ = 0;  // consumer's last look at tail_
};

}  // namespace tt::load
