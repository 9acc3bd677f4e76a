#include "analysis/groups.h"

#include <algorithm>
#include <cmath>
#include <map>

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

// The groups of a slice, and which of them each of its requests is in: groups.size() for none.
// Without groups `group_of` may be empty.
struct Partition {
  std::vector<GroupCount> groups;
  std::vector<std::uint32_t> group_of;
};

GroupCount labelled(std::string label) {
  return {.label = std::move(label), .low = {}, .high = {}};
}

Partition by_ranges(std::span<const double> values, std::span<const Range> ranges) {
  Partition p{.groups = {}, .group_of = place_in(ranges, values)};
  for (const Range& range : ranges) {
    p.groups.push_back({.label = range.label(), .low = range.low, .high = range.high});
  }
  return p;
}

Partition by_user(const Slice& slice) {
  const record::Frame& frame = *slice.frame;
  Partition p;
  if (frame.user.empty()) return p;
  for (const auto& user : frame.users) p.groups.push_back(labelled(user.empty() ? "(none)" : user));
  for (const std::uint32_t row : slice.rows) p.group_of.push_back(frame.user[row]);
  return p;
}

Partition by_block(const Slice& slice) {
  Partition p;
  std::uint32_t last = 0;
  for (const std::uint32_t row : slice.rows) {  // by block already
    const std::uint32_t block = slice.frame->block[row];
    if (p.groups.empty() || block != last) {
      p.groups.push_back(labelled(fmt::format("{}", block + 1)));
    }
    last = block;
    p.group_of.push_back(static_cast<std::uint32_t>(p.groups.size() - 1));
  }
  return p;
}

// A group for each number but 0, which stands for none; in rising order.
template <class Number>
Partition by_number(const Slice& slice, const std::vector<Number>& column) {
  std::map<Number, std::uint32_t> groups_of;
  for (const std::uint32_t row : slice.rows) {
    if (column[row] > 0) groups_of.emplace(column[row], 0);
  }
  Partition p;
  for (auto& [number, group] : groups_of) {
    group = static_cast<std::uint32_t>(p.groups.size());
    const auto value = static_cast<double>(number);
    p.groups.push_back({.label = format_count(number), .low = value, .high = value});
  }
  const auto none = static_cast<std::uint32_t>(p.groups.size());
  for (const std::uint32_t row : slice.rows) {
    p.group_of.push_back(column[row] > 0 ? groups_of.at(column[row]) : none);
  }
  return p;
}

// The instant from which stages count: the first planned one of the target, of any phase.
Nanos play_start(const Slice& slice) {
  const record::Frame& frame = *slice.frame;
  Nanos first = kNever;
  for (std::size_t row = 0; row < frame.size(); ++row) {
    if (frame.target[row] != slice.target || frame.planned[row] == kNever) continue;
    first = first == kNever ? frame.planned[row] : std::min(first, frame.planned[row]);
  }
  return first;
}

Partition by_stage(const Slice& slice, std::span<const LoadStage> stages) {
  Partition p;
  const Nanos start = play_start(slice);
  if (start == kNever) return p;
  for (const LoadStage& stage : stages) p.groups.push_back(labelled(stage.label));
  const auto stage_at = [&](Nanos planned) {
    const auto stage = std::ranges::upper_bound(stages, planned - start, {}, &LoadStage::until);
    return static_cast<std::uint32_t>(stage - stages.begin());
  };
  const auto none = static_cast<std::uint32_t>(stages.size());
  for (const std::uint32_t row : slice.rows) {
    const Nanos planned = slice.frame->planned[row];
    p.group_of.push_back(planned == kNever ? none : stage_at(planned));
  }
  return p;
}

Partition partition(const Slice& slice, GroupBy what) {
  switch (what) {
    case GroupBy::kUser:
      return by_user(slice);
    case GroupBy::kBlock:
      return by_block(slice);
    case GroupBy::kTurn:
      return by_number(slice, slice.frame->turn);
    case GroupBy::kSession:
      return by_number(slice, slice.frame->session);
    case GroupBy::kConcurrency: {
      const auto& in_flight = values(slice, Quantity::kConcurrency);
      return by_ranges(in_flight, doubling_ranges(in_flight));
    }
    case GroupBy::kInputTokens:
    case GroupBy::kOutputTokens: {
      const auto& tokens = values(
          slice, what == GroupBy::kInputTokens ? Quantity::kInputTokens : Quantity::kOutputTokens);
      return by_ranges(tokens, even_ranges(tokens, kMostTokenRanges));
    }
  }
  return {};
}

void count(const Slice& slice, Partition& p) {
  const record::Frame& frame = *slice.frame;
  for (std::size_t i = 0; i < p.group_of.size(); ++i) {
    if (p.group_of[i] >= p.groups.size()) continue;
    GroupCount& group = p.groups[p.group_of[i]];
    const Status status = frame.status[slice.rows[i]];
    ++group.requests;
    group.ok += status == Status::kOk ? 1 : 0;
    group.cancelled += ended_by_client(status) ? 1 : 0;
  }
  for (GroupCount& group : p.groups) group.failed = group.requests - group.ok - group.cancelled;
}

std::vector<Group> measure(const Slice& slice, Partition p) {
  if (p.groups.empty()) return {};
  count(slice, p);
  std::vector<Group> groups;
  for (GroupCount& group : p.groups) {
    groups.emplace_back();
    static_cast<GroupCount&>(groups.back()) = std::move(group);
  }
  const record::Frame& frame = *slice.frame;
  for (std::size_t i = 0; i < p.group_of.size(); ++i) {
    const std::uint32_t row = slice.rows[i];
    if (p.group_of[i] >= groups.size() || !frame.ok(row)) continue;
    groups[p.group_of[i]].input_tokens += frame.input_tokens[row];
    groups[p.group_of[i]].output_tokens += frame.output_tokens[row];
    groups[p.group_of[i]].cached_tokens += frame.cached_tokens[row];
  }
  const auto each = [&](const std::vector<double>& samples, auto take) {
    Grouped grouped(p.group_of, groups.size(), samples);
    for (std::size_t g = 0; g < groups.size(); ++g) take(groups[g], grouped.of(g));
  };
  each(values(slice, MetricId::kTtft), [](Group& g, auto s) { g.ttft = quantiles_of(s); });
  each(values(slice, MetricId::kTpot), [](Group& g, auto s) { g.tpot = quantiles_of(s); });
  each(values(slice, MetricId::kE2e), [](Group& g, auto s) { g.e2e = quantiles_of(s); });
  each(values(slice, Quantity::kRequestRate),
       [](Group& g, auto s) { g.request_rate = stats::quantile_in_place(s, 0.5); });
  return groups;
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

std::optional<double> GroupCount::error_rate() const {
  if (ok + failed == 0) return std::nullopt;
  return static_cast<double>(failed) / static_cast<double>(ok + failed);
}

std::optional<double> Group::cached_share() const {
  if (cached_tokens == 0 || input_tokens == 0) return std::nullopt;
  return static_cast<double>(cached_tokens) / static_cast<double>(input_tokens);
}

std::vector<Group> group_by(const Slice& slice, GroupBy what) {
  auto groups = measure(slice, partition(slice, what));
  std::erase_if(groups, [](const Group& g) { return g.requests == 0; });
  if (what == GroupBy::kUser) std::ranges::stable_sort(groups, std::greater(), &Group::requests);
  if (what == GroupBy::kSession) {
    std::ranges::stable_sort(groups, std::greater(),
                             [](const Group& g) { return g.ttft.p50.value_or(-1); });
  }
  return groups;
}

std::vector<Group> group_by_stage(const Slice& slice, std::span<const LoadStage> stages) {
  auto groups = measure(slice, by_stage(slice, stages));
  std::erase_if(groups, [](const Group& g) { return g.requests == 0; });
  return groups;
}

std::vector<GroupCount> count_by(const Slice& slice, GroupBy what) {
  Partition p = partition(slice, what);
  count(slice, p);
  std::erase_if(p.groups, [](const GroupCount& g) { return g.requests == 0; });
  if (what == GroupBy::kUser) {
    std::ranges::stable_sort(p.groups, std::greater(), &GroupCount::requests);
  }
  return std::move(p.groups);
}

Group whole_group(const Slice& slice, std::string label) {
  Partition p{.groups = {labelled(std::move(label))},
              .group_of = std::vector<std::uint32_t>(slice.rows.size(), 0)};
  return std::move(measure(slice, std::move(p)).front());
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
