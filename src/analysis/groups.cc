#include "analysis/groups.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

constexpr std::size_t kMostTokenRanges = 6;

// The samples of one quantity, group by group, one after the other in one vector.
class Grouped {
 public:
  Grouped(std::span<const std::uint32_t> group_of, std::size_t groups,
          std::span<const double> values)
      : begin_(groups + 1, 0) {
    const auto counts = [&](std::size_t i) {
      return group_of[i] < groups && !std::isnan(values[i]);
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (counts(i)) ++begin_[group_of[i] + 1];
    }
    for (std::size_t g = 0; g < groups; ++g) begin_[g + 1] += begin_[g];
    values_.resize(begin_[groups]);
    auto next = begin_;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (counts(i)) values_[next[group_of[i]]++] = values[i];
    }
  }

  std::span<double> of(std::size_t group) {
    return std::span(values_).subspan(begin_[group], begin_[group + 1] - begin_[group]);
  }

 private:
  std::vector<std::size_t> begin_;
  std::vector<double> values_;
};

void count(Group& group, const record::Frame& frame, std::size_t row) {
  ++group.requests;
  if (frame.ok(row)) {
    ++group.ok;
    group.input_tokens += frame.input_tokens[row];
    group.output_tokens += frame.output_tokens[row];
  } else if (frame.status[row] == Status::kCancelled) {
    ++group.cancelled;
  } else {
    ++group.failed;
  }
}

void fill(const Slice& slice, std::span<const std::uint32_t> group_of, std::vector<Group>& groups) {
  for (std::size_t i = 0; i < slice.rows.size(); ++i) {
    if (group_of[i] < groups.size()) count(groups[group_of[i]], *slice.frame, slice.rows[i]);
  }
  const auto each = [&](const std::vector<double>& samples, auto take) {
    Grouped grouped(group_of, groups.size(), samples);
    for (std::size_t g = 0; g < groups.size(); ++g) take(groups[g], grouped.of(g));
  };
  each(values(slice, MetricId::kTtft), [](Group& g, auto s) { g.ttft = quantiles_of(s); });
  each(values(slice, MetricId::kTpot), [](Group& g, auto s) { g.tpot = quantiles_of(s); });
  each(values(slice, MetricId::kE2e), [](Group& g, auto s) { g.e2e = quantiles_of(s); });
  each(values(slice, Quantity::kRequestRate),
       [](Group& g, auto s) { g.request_rate = stats::quantile_in_place(s, 0.5); });
}

Group labelled(std::string label) {
  return {.label = std::move(label), .low = {}, .high = {}, .request_rate = {}};
}

std::vector<Group> by_ranges(const Slice& slice, std::span<const double> values,
                             std::span<const Range> ranges) {
  std::vector<Group> groups;
  for (const Range& range : ranges) {
    groups.push_back(labelled(range.label()));
    groups.back().low = range.low;
    groups.back().high = range.high;
  }
  fill(slice, place_in(ranges, values), groups);
  return groups;
}

std::vector<Group> by_user(const Slice& slice) {
  const record::Frame& frame = *slice.frame;
  if (frame.user.empty()) return {};
  std::vector<Group> groups;
  for (const auto& user : frame.users) groups.push_back(labelled(user.empty() ? "(none)" : user));
  std::vector<std::uint32_t> user_of;
  for (const std::uint32_t row : slice.rows) user_of.push_back(frame.user[row]);
  fill(slice, user_of, groups);
  std::ranges::stable_sort(groups, std::greater(), &Group::requests);
  return groups;
}

std::vector<Group> by_block(const Slice& slice) {
  std::vector<Group> groups;
  std::vector<std::uint32_t> block_of;
  std::uint32_t last = 0;
  for (const std::uint32_t row : slice.rows) {  // by block already
    const std::uint32_t block = slice.frame->block[row];
    if (groups.empty() || block != last) groups.push_back(labelled(fmt::format("{}", block + 1)));
    last = block;
    block_of.push_back(static_cast<std::uint32_t>(groups.size() - 1));
  }
  fill(slice, block_of, groups);
  return groups;
}

std::vector<Group> by(const Slice& slice, GroupBy what) {
  switch (what) {
    case GroupBy::kUser:
      return by_user(slice);
    case GroupBy::kBlock:
      return by_block(slice);
    case GroupBy::kConcurrency: {
      const auto& in_flight = values(slice, Quantity::kConcurrency);
      return by_ranges(slice, in_flight, doubling_ranges(in_flight));
    }
    case GroupBy::kInputTokens:
    case GroupBy::kOutputTokens: {
      const auto& tokens = values(
          slice, what == GroupBy::kInputTokens ? Quantity::kInputTokens : Quantity::kOutputTokens);
      return by_ranges(slice, tokens, even_ranges(tokens, kMostTokenRanges));
    }
  }
  return {};
}

}  // namespace

GroupQuantiles quantiles_of(std::span<double> scratch) {
  GroupQuantiles q{.n = scratch.size(), .p50 = {}, .p95 = {}, .p99 = {}};
  std::size_t sorted = 0;  // everything before is no more than everything from here on
  const auto at = [&](double p) -> std::optional<double> {
    const double place = p * static_cast<double>(scratch.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto nth = scratch.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(scratch.begin() + static_cast<std::ptrdiff_t>(sorted), nth, scratch.end());
    sorted = below;
    const double share = place - static_cast<double>(below);
    if (share == 0) return *nth;
    const double next = *std::min_element(nth + 1, scratch.end());
    return *nth == next ? next : *nth + share * (next - *nth);
  };
  const auto resolves = [&](double p) {
    return static_cast<double>(scratch.size()) * (1 - p) >= 1 - 1e-9;
  };
  if (scratch.empty()) return q;
  q.p50 = at(0.5);
  if (resolves(0.95)) q.p95 = at(0.95);
  if (resolves(0.99)) q.p99 = at(0.99);
  return q;
}

std::optional<double> Group::error_rate() const {
  if (ok + failed == 0) return std::nullopt;
  return static_cast<double>(failed) / static_cast<double>(ok + failed);
}

std::vector<Group> group_by(const Slice& slice, GroupBy what) {
  auto groups = by(slice, what);
  std::erase_if(groups, [](const Group& g) { return g.requests == 0; });
  return groups;
}

Group whole_group(const Slice& slice, std::string label) {
  std::vector<Group> one = {labelled(std::move(label))};
  fill(slice, std::vector<std::uint32_t>(slice.rows.size(), 0), one);
  return std::move(one.front());
}

std::string Range::label() const {
  const auto text = [](double x) { return format_count(static_cast<std::uint64_t>(x)); };
  return low == high ? text(low) : fmt::format("{} to {}", text(low), text(high));
}

std::vector<Range> doubling_ranges(std::span<const double> values) {
  double largest = 0;
  for (const double v : values) {
    if (v > largest) largest = v;
  }
  std::vector<Range> ranges;
  for (double low = 1, high = 1; low <= largest; low = high + 1, high *= 2) {
    ranges.push_back({low, high});
  }
  return ranges;
}

std::vector<Range> even_ranges(std::span<const double> values, std::size_t most) {
  const stats::Sorted sorted(present(values));
  std::vector<Range> ranges;
  std::size_t from = 0;
  for (std::size_t i = 0; i < most && from < sorted.size(); ++i) {
    // At least its share of what is left, and all of a value.
    const std::size_t share = (sorted.size() - from + (most - i) - 1) / (most - i);
    std::size_t past = std::min(from + share, sorted.size());
    while (past < sorted.size() && sorted[past] == sorted[past - 1]) ++past;
    ranges.push_back({sorted[from], sorted[past - 1]});
    from = past;
  }
  return ranges;
}

std::vector<std::uint32_t> place_in(std::span<const Range> ranges, std::span<const double> values) {
  const auto nowhere = static_cast<std::uint32_t>(ranges.size());
  std::vector<std::uint32_t> places(values.size(), nowhere);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = std::ranges::lower_bound(ranges, values[i], {}, &Range::high);
    if (at != ranges.end() && at->low <= values[i]) {
      places[i] = static_cast<std::uint32_t>(at - ranges.begin());
    }
  }
  return places;
}

}  // namespace tt::analysis
