#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

// A block of the run within the joined sample, and how long the stretches drawn from it are.
struct Source {
  std::size_t from = 0;
  std::size_t size = 0;
  std::size_t length = 1;
};

// The sample as one, and where its blocks lie in it.
struct Joined {
  std::vector<double> values;
  std::vector<Source> sources;

  std::span<const double> of(const Source& s) const {
    return std::span(values).subspan(s.from, s.size);
  }
  std::size_t longest() const { return std::ranges::max(sources, {}, &Source::length).length; }
};

std::optional<Joined> join(const Blocks& blocks) {
  Joined joined;
  for (const auto& block : blocks) {
    if (block.empty()) continue;
    joined.sources.push_back({joined.values.size(), block.size(), 1});
    joined.values.insert(joined.values.end(), block.begin(), block.end());
  }
  if (joined.values.empty() || !all_finite(joined.values)) return std::nullopt;
  return joined;
}

// `automatic` is what the data want for one block.
std::size_t length_for(const Source& source, std::size_t total, std::size_t asked,
                       std::size_t automatic) {
  if (asked > 0) return std::min(asked, source.size);
  constexpr std::size_t kStretches = 4096;    // of a replicate
  constexpr std::size_t kFewestOfBlock = 64;  // that is not lengthened further
  const std::size_t affordable = std::min((total + kStretches - 1) / kStretches,
                                          (source.size + kFewestOfBlock - 1) / kFewestOfBlock);
  return std::max(automatic, affordable);
}

// One replicate: calls visit(from, count) for stretches of the joined sample, as many values as it
// has. Stretches begin anywhere in their block and wrap around its end.
template <class Visit>
void resample(const std::vector<Source>& sources, Rng& rng, Visit visit) {
  for (const Source& s : sources) {
    for (std::size_t left = s.size; left > 0;) {
      const std::size_t at = rng.below(s.size);
      const std::size_t count = std::min(left, s.length);
      const std::size_t before_end = std::min(count, s.size - at);
      visit(s.from + at, before_end);
      if (count > before_end) visit(s.from, count - before_end);
      left -= count;
    }
  }
}

// The variance of how many values of a replicate have their flag set, over all that could be drawn.
double count_variance(const Source& source, std::span<const double> flags) {
  const double share = sum(flags) / static_cast<double>(flags.size());
  const std::size_t length = source.length;
  double in_stretch = sum(flags.first(length));
  double squares = 0;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const double d = in_stretch - static_cast<double>(length) * share;
    squares += d * d;
    const std::size_t entering = i + length;
    in_stretch += flags[entering < flags.size() ? entering : entering - flags.size()] - flags[i];
  }
  return squares / static_cast<double>(length);
}

// Draws quantiles of replicates by counting. Values surely below or above the quantile of any
// replicate are counted by differences of running counts, and so are those equal to the sample's
// quantile; of the others, in a window around it, only one side is looked at. What is drawn, and so
// the outcome, is the same as if the replicate were written out and sorted.
class QuantileDraw {
 public:
  // `margin`: by how many ranks the window reaches to either side of the sample's quantile.
  QuantileDraw(const Joined& joined, double p, std::size_t margin)
      : joined_(joined), p_(p), place_(quantile_place(joined.values.size(), p)) {
    const std::size_t n = joined.values.size();
    const std::size_t low = place_.below - std::min(place_.below, margin);
    const std::size_t high = std::min(place_.below + 1 + margin, n - 1);
    std::vector<double> scratch = joined.values;
    const auto at = [&](std::size_t rank) {
      return scratch.begin() + static_cast<std::ptrdiff_t>(rank);
    };
    std::nth_element(scratch.begin(), at(low), scratch.end());
    std::nth_element(at(low), at(high), scratch.end());
    levels_.assign(at(low), at(high) + 1);
    std::ranges::sort(levels_);
    const double middle = levels_[place_.below - low];
    levels_.erase(std::ranges::unique(levels_).begin(), levels_.end());
    middle_ = level_of(middle);
    counts_.resize(levels_.size());
    index();
  }

  double replicate(std::uint64_t seed) {
    Rng rng(seed);
    stretches_.clear();
    Before counted;
    resample(joined_.sources, rng, [&](std::size_t from, std::size_t count) {
      stretches_.push_back({from, count});
      const Before& first = before_[from];
      const Before& last = before_[from + count];
      counted.window += last.window - first.window;
      counted.lower += last.lower - first.lower;
      counted.middle += last.middle - first.middle;
      counted.upper += last.upper - first.upper;
    });
    // Ranks of the replicate's values, where each group of them ends.
    const std::size_t lower_end = std::size_t{counted.window} + counted.lower;
    const std::size_t middle_end = lower_end + counted.middle;
    const std::size_t below = place_.below;
    const std::size_t next = below + (place_.share > 0 ? 1 : 0);
    if (below < counted.window || next >= middle_end + counted.upper) return written_out();
    if (below >= lower_end && next < middle_end) return levels_[middle_];

    std::ranges::fill(counts_, 0);
    counts_[middle_] = counted.middle;
    if (next >= middle_end) look_at(upper_, &Before::upper);
    if (below >= lower_end) return from_counts(middle_, lower_end, next);
    look_at(lower_, &Before::lower);
    return from_counts(0, counted.window, next);
  }

 private:
  struct Stretch {
    std::size_t from;
    std::size_t count;
  };

  // How many of the values before one lie below the window; in it, below the sample's quantile; at
  // it; and in the window above it.
  struct Before {
    std::uint32_t window = 0;
    std::uint32_t lower = 0;
    std::uint32_t middle = 0;
    std::uint32_t upper = 0;
  };

  std::size_t level_of(double x) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(levels_, x) - levels_.begin());
  }

  void index() {
    before_.reserve(joined_.values.size() + 1);
    Before before;
    before_.push_back(before);
    for (const double x : joined_.values) {
      if (x < levels_.front()) {
        ++before.window;
      } else if (x < levels_[middle_]) {
        ++before.lower;
        lower_.push_back(static_cast<std::uint32_t>(level_of(x)));
      } else if (x == levels_[middle_]) {
        ++before.middle;
      } else if (x <= levels_.back()) {
        ++before.upper;
        upper_.push_back(static_cast<std::uint32_t>(level_of(x)));
      }
      before_.push_back(before);
    }
  }

  // Counts the replicate's values on one side of the middle.
  void look_at(const std::vector<std::uint32_t>& side, std::uint32_t Before::* place) {
    for (const Stretch& s : stretches_) {
      const std::uint32_t last = before_[s.from + s.count].*place;
      for (std::uint32_t i = before_[s.from].*place; i < last; ++i) ++counts_[side[i]];
    }
  }

  // `before`: the ranks below `level`.
  double from_counts(std::size_t level, std::size_t before, std::size_t next) const {
    std::size_t reached = before + counts_[level];
    while (reached <= place_.below) reached += counts_[++level];
    const double low = levels_[level];
    while (reached <= next) reached += counts_[++level];
    return place_.between(low, levels_[level]);
  }

  // For the rare replicate whose quantile lies outside the window.
  double written_out() const {
    std::vector<double> values;
    values.reserve(joined_.values.size());
    for (const Stretch& s : stretches_) {
      const auto first = joined_.values.begin() + static_cast<std::ptrdiff_t>(s.from);
      values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(s.count));
    }
    return *quantile_in_place(values, p_);
  }

  const Joined& joined_;
  double p_;
  QuantilePlace place_;
  std::vector<double> levels_;        // the window's values, each once
  std::size_t middle_ = 0;            // the level of the sample's quantile, or just below it
  std::vector<std::uint32_t> lower_;  // the window's values below that, in order of time, by level
  std::vector<std::uint32_t> upper_;  // and those above
  std::vector<Before> before_;        // for each place in the sample, and its end
  std::vector<Stretch> stretches_;    // of the replicate at hand
  std::vector<std::size_t> counts_;   // by level, of the replicate at hand
};

template <class Replicate>
std::vector<double> replicates(const BootstrapOptions& options, Replicate replicate) {
  Rng seeds = Rng::stream(options.seed, "bootstrap");
  std::vector<double> figures(options.replicates);
  for (double& figure : figures) figure = replicate(seeds.next());
  return figures;
}

}  // namespace

std::optional<BootstrapFigure> bootstrap_quantile(const Blocks& blocks, double p,
                                                  const BootstrapOptions& options) {
  auto joined = join(blocks);
  if (!joined || std::isnan(p)) return std::nullopt;
  const std::size_t n = joined->values.size();
  std::vector<double> flags = joined->values;
  const double value = *quantile_in_place(flags, p);

  // What makes a quantile vary is which samples lie below it, so the dependence that counts is that
  // of being below.
  std::ranges::transform(joined->values, flags.begin(),
                         [&](double x) { return x <= value ? 1.0 : 0.0; });
  double variance = 0;
  for (Source& source : joined->sources) {
    const auto own = std::span<const double>(flags).subspan(source.from, source.size);
    const std::size_t automatic = options.block_length > 0 ? 1 : automatic_block_length(own);
    source.length = length_for(source, n, options.block_length, automatic);
    variance += count_variance(source, own);
  }
  flags = {};

  constexpr double kReach = 5;  // deviations: a replicate in a million lies outside
  const auto margin = static_cast<std::size_t>(kReach * std::sqrt(variance)) + kReach;
  QuantileDraw draw(*joined, p, margin);
  return BootstrapFigure{
      .value = value,
      .replicates = replicates(options, [&](std::uint64_t seed) { return draw.replicate(seed); }),
      .block_length = joined->longest()};
}

std::optional<BootstrapFigure> bootstrap_mean(const Blocks& blocks,
                                              const BootstrapOptions& options) {
  auto joined = join(blocks);
  const auto value = joined ? mean(joined->values) : std::nullopt;
  if (!value) return std::nullopt;
  const std::size_t n = joined->values.size();
  for (Source& source : joined->sources) {
    const std::size_t automatic =
        options.block_length > 0 ? 1 : automatic_block_length(joined->of(source));
    source.length = length_for(source, n, options.block_length, automatic);
  }

  // Running sums of what the values lie above their mean, so that an offset costs no digits.
  std::vector<double> before(n + 1);
  for (std::size_t i = 0; i < n; ++i) before[i + 1] = before[i] + (joined->values[i] - *value);
  const auto replicate = [&](std::uint64_t seed) {
    Rng rng(seed);
    double total = 0;
    resample(joined->sources, rng, [&](std::size_t from, std::size_t count) {
      total += before[from + count] - before[from];
    });
    return *value + total / static_cast<double>(n);
  };
  return BootstrapFigure{.value = *value,
                         .replicates = replicates(options, replicate),
                         .block_length = joined->longest()};
}

std::optional<Interval> bootstrap_interval(const BootstrapFigure& figure, double confidence) {
  std::vector<double> scratch = figure.replicates;
  if (!is_confidence(confidence)) return std::nullopt;
  const double tail = (1 - confidence) / 2;
  const auto low = quantile_in_place(scratch, tail);
  const auto high = quantile_in_place(scratch, 1 - tail);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high, confidence};
}

}  // namespace tt::stats
