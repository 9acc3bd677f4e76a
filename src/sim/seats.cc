#include "sim/seats.h"

#include <algorithm>

namespace tt::sim {
namespace {

std::uint32_t common(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<std::uint32_t>(end - a.begin());
}

}  // namespace

Seats::Seat Seats::take(std::span<const std::uint64_t> names) {
  constexpr std::size_t kOneIn = 10;
  Seat best;
  std::uint32_t oldest = kNone;
  for (std::uint32_t i = 0; i < seats_.size(); ++i) {
    if (seats_[i].busy) continue;
    if (oldest == kNone || seats_[i].left < seats_[oldest].left) oldest = i;
    const std::uint32_t known = remembering_ ? common(names, seats_[i].names) : 0;
    if (known > best.known) best = {i, known};
  }
  if (best.known * kOneIn <= names.size()) best = {oldest, 0};
  seats_[best.index].busy = true;
  return best;
}

void Seats::leave(std::uint32_t index, std::span<const std::uint64_t> names) {
  seats_[index] = {.names = {names.begin(), names.end()}, .left = ++clock_, .busy = false};
}

}  // namespace tt::sim
