#include "analysis/smoothness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace tt::analysis {
namespace {

// The gaps of one request, by Welford's way.
struct Gaps {
  double n = 0;
  double mean = 0;
  double squares = 0;
  double longest = 0;
  double stalled = 0;  // ms within stalls
  std::uint64_t stalls = 0;
};

Gaps gaps_of(const record::Frame& frame, std::uint32_t row, double stall_ms) {
  Gaps g;
  for_each_gap(frame.chunks_at(row), {}, false, [&](double gap, std::uint32_t) {
    g.n += 1;
    const double off = gap - g.mean;
    g.mean += off / g.n;
    g.squares += off * (gap - g.mean);
    g.longest = std::max(g.longest, gap);
    if (gap < stall_ms) return;
    ++g.stalls;
    g.stalled += gap;
  });
  return g;
}

void keep_worst(std::vector<Smoothness::Worst>& worst, const Smoothness::Worst& one) {
  if (worst.size() == kWorstGaps && worst.back().gap_ms >= one.gap_ms) return;
  const auto at =
      std::ranges::upper_bound(worst, one.gap_ms, std::greater(), &Smoothness::Worst::gap_ms);
  worst.insert(at, one);
  if (worst.size() > kWorstGaps) worst.pop_back();
}

constexpr std::array<std::string_view, 4> kEnds = {".", "!", "?", "…"};
constexpr std::array<std::string_view, 3> kWideEnds = {"。", "！", "？"};

// The length of an end mark at the beginning of `text`; 0 where there is none.
std::size_t end_mark(std::string_view text) {
  for (const auto mark : kWideEnds) {
    if (text.starts_with(mark)) return mark.size();
  }
  for (const auto mark : kEnds) {
    if (!text.starts_with(mark)) continue;
    const auto rest = text.substr(mark.size());
    if (rest.empty() || rest.front() == ' ' || rest.front() == '\n') return mark.size();
  }
  return 0;
}

}  // namespace

Smoothness smoothness(const Slice& slice, double median_gap_ms) {
  Smoothness s{.stalled_share = {}, .longest_ms = {}, .gap_cv = {}, .worst = {}};
  s.stall_ms = std::max(kStallTimes * median_gap_ms, kStallFloorMs);
  double all_ms = 0;
  double stalled_ms = 0;
  std::vector<double> cvs;
  for (const std::uint32_t row : slice.rows) {
    if (!slice.frame->ok(row)) continue;
    const Gaps g = gaps_of(*slice.frame, row, s.stall_ms);
    if (g.n == 0) continue;
    s.gaps += static_cast<std::uint64_t>(g.n);
    s.stalls += g.stalls;
    s.stalled_requests += g.stalls > 0 ? 1 : 0;
    all_ms += g.n * g.mean;
    stalled_ms += g.stalled;
    s.longest_ms = std::max(s.longest_ms.value_or(0), g.longest);
    keep_worst(s.worst, {{row, slice.frame->index[row]}, g.longest});
    if (g.n < 2 || g.mean <= 0) continue;
    ++s.requests;
    cvs.push_back(std::sqrt(g.squares / (g.n - 1)) / g.mean);
  }
  if (all_ms > 0) s.stalled_share = stalled_ms / all_ms;
  s.gap_cv = quantiles_of(cvs);
  return s;
}

std::optional<std::size_t> first_sentence_end(std::string_view answer) {
  const std::size_t begin = answer.find_first_not_of(" \n\r\t");
  if (begin == std::string_view::npos) return std::nullopt;
  for (std::size_t i = begin; i < answer.size(); ++i) {
    if (const std::size_t mark = end_mark(answer.substr(i))) return i + mark;
    if (answer.substr(i).starts_with("\n\n")) return i;
  }
  return std::nullopt;
}

GroupQuantiles first_sentence(const Slice& slice, std::span<const record::TextRow> texts) {
  const record::Frame& frame = *slice.frame;
  std::map<std::uint64_t, std::string_view> answers;
  for (const auto& text : texts) {
    if (text.target == slice.target) answers.emplace(text.index, text.answer);
  }
  std::vector<double> times;
  for (const std::uint32_t row : slice.rows) {
    const auto found = answers.find(frame.index[row]);
    const auto at = frame.chunks_at(row);
    if (found == answers.end() || !frame.ok(row) || at.empty() || frame.sent[row] == kNever) {
      continue;
    }
    const auto end = first_sentence_end(found->second);
    if (!end) continue;
    const auto tokens = frame.chunks_tokens(row);
    double all = 0;
    for (const std::uint32_t t : tokens) all += std::max(1U, t);
    const double wanted =
        all * static_cast<double>(*end) / static_cast<double>(found->second.size());
    double seen = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      seen += std::max(1U, tokens[i]);
      if (seen < wanted - 1e-9) continue;
      times.push_back(to_millis(at[i] - frame.sent[row]));
      break;
    }
  }
  return quantiles_of(times);
}

}  // namespace tt::analysis
