#include "sim/faults.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"

namespace tt::sim {
namespace {

struct RateName {
  std::string_view name;
  double Faults::* rate;
};
constexpr std::array<RateName, 8> kRates{{{"error", &Faults::error},
                                          {"overload", &Faults::overload},
                                          {"stream_error", &Faults::stream_error},
                                          {"stall", &Faults::stall},
                                          {"cut", &Faults::cut},
                                          {"garbage", &Faults::garbage},
                                          {"slow_header", &Faults::slow_header},
                                          {"odd_chunks", &Faults::odd_chunks}}};
constexpr std::size_t kExclusive = 6;  // of them; the order of Fate::Kind

constexpr std::array<std::string_view, 10> kNames{
    "error",   "overload",    "stream_error", "stall",     "cut",
    "garbage", "slow_header", "odd_chunks",   "stall_for", "slow_header_for"};

std::unexpected<Error> bad(std::string_view item, std::string_view what) {
  return fail(ErrorCode::kInvalidInput, fmt::format("fault `{}`: {}", item, what));
}

Result<void> set_rate(Faults& faults, std::string_view item, std::string_view key,
                      std::string_view value) {
  for (const auto& [name, rate] : kRates) {
    if (name != key) continue;
    double number = -1;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = error == std::errc{} && end == value.data() + value.size();
    if (!whole || !(number >= 0 && number <= 1)) {
      return bad(item, "give a share of the requests from 0 to 1, such as error=0.01");
    }
    faults.*rate = number;
    return {};
  }
  const auto near = nearest_word(key, kNames);
  return bad(item, near.empty() ? fmt::format("unknown; known are {}", fmt::join(kNames, ", "))
                                : fmt::format("unknown; did you mean `{}`?", near));
}

}  // namespace

bool Faults::any() const {
  for (const auto& [name, rate] : kRates) {
    if (this->*rate > 0) return true;
  }
  return false;
}

Result<Faults> parse_faults(std::string_view text) {
  Faults faults;
  for (const auto part : split(text, ',')) {
    const auto item = trim(part);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto key = trim(item.substr(0, equals));
    const auto value = equals == std::string_view::npos ? "" : trim(item.substr(equals + 1));
    if (key == "stall_for" || key == "slow_header_for") {
      const auto duration = parse_duration(value);
      if (!duration || *duration > 3600 * kSecond) {
        return bad(item, "give a duration of at most 1h, such as stall_for=2s");
      }
      (key == "stall_for" ? faults.stall_for : faults.slow_header_for) = *duration;
    } else if (auto set = set_rate(faults, item, key, value); !set) {
      return std::unexpected(set.error());
    }
  }
  double sum = 0;
  for (std::size_t i = 0; i < kExclusive; ++i) sum += faults.*kRates[i].rate;
  if (sum > 1 + 1e-9) {
    return fail(ErrorCode::kInvalidInput,
                "faults: error, overload, stream_error, stall, cut and garbage add up to over 1");
  }
  return faults;
}

Fate fate_of(const Faults& faults, std::uint64_t seed, std::uint64_t request_number) {
  Fate fate;
  if (!faults.any()) return fate;
  // Every draw is made, so that one rate's value never shifts another's fate.
  Rng rng(seed ^ (request_number + 1) * 0xd1342543de82ef95ULL);
  double draw = rng.uniform();
  fate.where = rng.uniform();
  fate.slow_header = rng.uniform() < faults.slow_header;
  fate.odd_chunks = rng.uniform() < faults.odd_chunks;
  for (std::size_t i = 0; i < kExclusive; ++i) {
    const double rate = faults.*kRates[i].rate;
    if (draw < rate) {
      fate.kind = static_cast<Fate::Kind>(i + 1);
      return fate;
    }
    draw -= rate;
  }
  return fate;
}

}  // namespace tt::sim
