// llama.cpp's slots, as far as they remember: a slot keeps the text of its last request, and the
// next one that begins alike need not compute that part again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tt::sim {

/// Not thread-safe.
class Seats {
 public:
  /// `remembering`: whether a prompt's known beginning is used at all.
  Seats(std::uint32_t count, bool remembering) : seats_(count), remembering_(remembering) {}

  struct Seat {
    std::uint32_t index = 0;
    std::uint32_t known = 0;  // names at the beginning that the seat holds already
  };
  /// The free seat with the longest common beginning, where that is over a tenth of the text; else
  /// the one that was left longest ago. There is a free one.
  Seat take(std::span<const std::uint64_t> names);
  /// The seat is free, and holds this text.
  void leave(std::uint32_t index, std::span<const std::uint64_t> names);

 private:
  struct Place {
    std::vector<std::uint64_t> names;
    std::uint64_t left = 0;  // by order
    bool busy = false;
  };
  std::vector<Place> seats_;
  bool remembering_;
  std::uint64_t clock_ = 0;
  static constexpr std::uint32_t kNone = UINT32_MAX;
};

}  // namespace tt::sim
