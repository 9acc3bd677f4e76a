#include "analysis/selection.h"

#include <algorithm>

namespace tt::analysis {

using record::Frame;

namespace {

// Rows of the target that nobody sent are in no slice; those of warm-up are not counted either.
std::uint64_t count_unsent(const Slice& slice, Status status,
                           const std::function<bool(std::uint32_t)>& keep) {
  const Frame& frame = *slice.frame;
  std::uint64_t count = 0;
  for (std::uint32_t row = 0; row < frame.size(); ++row) {
    if (frame.status[row] == status && frame.target[row] == slice.target &&
        frame.warmup[row] == 0 && keep(row)) {
      ++count;
    }
  }
  return count;
}

}  // namespace

// Rows cancelled by the user do not stretch a block, nor do those without an end.
std::vector<Stretch> find_stretches(const Frame& frame, const std::vector<std::uint32_t>& rows) {
  std::vector<Stretch> stretches;
  for (std::size_t first = 0; first < rows.size();) {
    const std::uint32_t block = frame.block[rows[first]];
    Stretch s{.first = first, .past = first, .from = kNever, .to = kNever, .last_sent = kNever};
    for (; s.past < rows.size() && frame.block[rows[s.past]] == block; ++s.past) {
      const std::size_t row = rows[s.past];
      const Nanos start = start_of(frame, row);
      if (frame.status[row] == Status::kCancelled || frame.end[row] == kNever || start == kNever) {
        continue;
      }
      s.from = s.from == kNever ? start : std::min(s.from, start);
      s.to = std::max(s.to, frame.end[row]);
      s.last_sent = std::max(s.last_sent, start);
    }
    first = s.past;
    if (s.from != kNever) {
      s.to = std::max(s.to, s.from);
      stretches.push_back(s);
    }
  }
  return stretches;
}

Slice only(const Slice& slice, const std::function<bool(std::uint32_t)>& keep) {
  Slice part{.frame = slice.frame, .target = slice.target};
  for (const std::uint32_t row : slice.rows) {
    if (keep(row)) part.rows.push_back(row);
  }
  part.stretches = find_stretches(*part.frame, part.rows);
  if (slice.dropped > 0) part.dropped = count_unsent(slice, Status::kDropped, keep);
  if (slice.client_limited > 0) {
    part.client_limited = count_unsent(slice, Status::kClientLimit, keep);
  }
  return part;
}

}  // namespace tt::analysis
