// Inside src/net's fuzzers: the same bytes, cut at random borders.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace tt::net {

/// Ends the fuzzer where a promise is broken.
inline void require(bool good) {
  if (!good) __builtin_trap();
}

/// Calls `take` with pieces of `bytes`, cut at borders that depend on the bytes alone. Each piece
/// is a copy of its own, so that the sanitizer sees a view kept for too long.
template <class F>
void in_pieces(std::string_view bytes, F take) {
  Rng rng(fnv1a(bytes));
  while (!bytes.empty()) {
    const std::size_t longest = rng.below(4) == 0 ? 64 : 4;
    const std::string piece(bytes.substr(0, 1 + rng.below(longest)));
    take(piece);
    bytes.remove_prefix(piece.size());
  }
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The events of a body, and whether it was within the limits.
template <class Framer>
struct Cut {
  std::string events;
  bool good = true;

  void add(std::string_view payload) {
    events += payload;
    events += '\x1f';
  }
  static Cut whole(std::string_view body, std::size_t limit) {
    Cut out;
    Framer framer(limit);
    const auto keep = [&](std::string_view payload) { out.add(payload); };
    out.good = framer.feed(body, keep) && framer.finish(keep);
    return out;
  }
  static Cut split(std::string_view body, std::size_t limit) {
    Cut out;
    Framer framer(limit);
    const auto keep = [&](std::string_view payload) { out.add(payload); };
    in_pieces(body, [&](std::string_view piece) { out.good = framer.feed(piece, keep); });
    out.good = framer.finish(keep) && out.good;
    return out;
  }
  bool operator==(const Cut&) const = default;
};

/// The same events wherever a body is cut, with a generous and with a tight limit.
template <class Framer>
void check_framer(std::string_view body) {
  for (const std::size_t limit : {std::size_t{1} << 20, std::size_t{48}}) {
    require(Cut<Framer>::whole(body, limit) == Cut<Framer>::split(body, limit));
  }
}

}  // namespace tt::net
