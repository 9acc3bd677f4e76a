#include "report/subject.h"

#include <algorithm>

namespace tt::report {

std::vector<ReportSide> sides_of(std::span<const ReportRun> runs) {
  std::vector<analysis::Entry> entries(runs.size());
  std::vector<analysis::Seat> seats;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    entries[i].run = &runs[i].input;
    for (std::size_t t = 0; t < runs[i].input.targets.size(); ++t) seats.push_back({i, t});
  }
  const auto labels = analysis::seat_labels(entries, seats);
  std::vector<ReportSide> sides;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    sides.push_back({&runs[seats[i].entry], seats[i].target, labels[i]});
  }
  return sides;
}

const ReportSide* side_of(const ReportSubject& subject, const analysis::Side& side) {
  const auto found = std::ranges::find_if(subject.sides, [&](const ReportSide& one) {
    return one.run->input.run_id == side.run_id && one.summary().target.name == side.target;
  });
  return found == subject.sides.end() ? nullptr : &*found;
}

bool wins(const ReportSubject& subject, const analysis::Figure& figure, const ReportSide& side) {
  if (subject.alone()) {
    const auto& summary = side.run->summary;
    if (summary.targets.size() < 2 || !summary.valid()) return false;
    const auto found = std::ranges::find(summary.winners, figure, &analysis::Winner::figure);
    return found != summary.winners.end() && found->target == side.target;
  }
  return std::ranges::any_of(subject.contests, [&](const analysis::Contest& contest) {
    if (!contest.comparable) return false;
    const auto found = std::ranges::find(contest.figures, figure, &analysis::ContestFigure::figure);
    if (found == contest.figures.end() || !found->winner.target) return false;
    return side_of(subject, contest.sides[*found->winner.target]) == &side;
  });
}

}  // namespace tt::report
