// Seeded randomness that gives the same numbers on every machine and compiler. The standard
// library's distributions are left unspecified by the standard, so ours are written out here.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tt {

/// xoshiro256++ 1.0 (Blackman, Vigna), seeded through SplitMix64. Not thread-safe; cheap to copy.
class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  /// An independent stream for one purpose ("arrivals", "lengths", "prompts") of one seed, so that
  /// drawing more of one never shifts the others.
  static Rng stream(std::uint64_t seed, std::string_view purpose);

  /// A generator for one item of such a stream, so that it never depends on the items before it.
  /// The base is drawn, not added: neighbouring seeds must not give the same numbers one item
  /// apart.
  static Rng item(std::uint64_t seed, std::string_view purpose, std::uint64_t index);

  std::uint64_t next();
  /// Uniform on [0, 1), 53 bits.
  double uniform();
  /// Uniform on [0, n), without bias (Lemire). n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Uniform integer on [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high);
  /// Standard normal (Box-Muller, one value a call).
  double normal();
  /// Lognormal with this mean, above 0, and standard deviation: its own, not its logarithm's.
  double lognormal(double mean, double stddev);
  /// Exponential with mean 1.
  double exponential();
  /// Gamma with the given shape > 0 and scale 1 (Marsaglia and Tsang 2000).
  double gamma(double shape);

 private:
  std::array<std::uint64_t, 4> state_;
};

/// FNV-1a, 64 bit. For stream names and schedule digests, not for security.
std::uint64_t fnv1a(std::string_view bytes, std::uint64_t state = 0xcbf29ce484222325ULL);
/// The same over the lowest `bytes` (1 to 8) of a number, little-endian on every machine.
std::uint64_t fnv1a(std::uint64_t value, int bytes, std::uint64_t state);

}  // namespace tt
