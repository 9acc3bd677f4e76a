// Which targets belong into one table.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/contest.h"

namespace tt::analysis {
namespace {

std::vector<Seat> all_seats(std::span<const Entry> entries, std::string_view only) {
  std::vector<Seat> seats;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const auto& targets = entries[e].run->targets;
    for (std::size_t t = 0; t < targets.size(); ++t) {
      if (only.empty() || targets[t].name == only) seats.push_back({e, t});
    }
  }
  return seats;
}

const std::string& name_of(std::span<const Entry> entries, Seat seat) {
  return entries[seat.entry].run->targets[seat.target].name;
}

std::size_t seats_of(std::span<const Seat> seats, std::size_t entry) {
  return static_cast<std::size_t>(std::ranges::count(seats, entry, &Seat::entry));
}

// The seats of each target name that every entry has, in the first one's order.
std::vector<std::vector<Seat>> by_name(std::span<const Entry> entries,
                                       std::span<const Seat> seats) {
  std::vector<std::vector<Seat>> tables;
  for (const Seat first : seats) {
    if (first.entry != 0) break;
    std::vector<Seat> table;
    for (const Seat seat : seats) {
      if (name_of(entries, seat) == name_of(entries, first)) table.push_back(seat);
    }
    if (table.size() == entries.size()) tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<std::string> left_over(std::span<const Entry> entries, std::span<const Seat> seats,
                                   const std::vector<std::vector<Seat>>& tables) {
  std::vector<std::string> names;
  for (const Seat seat : seats) {
    const bool seated = std::ranges::any_of(tables, [&](const std::vector<Seat>& table) {
      return std::ranges::find(table, seat) != table.end();
    });
    if (!seated) {
      names.push_back(
          fmt::format("{} in {}", name_of(entries, seat), entries[seat.entry].run->run_id));
    }
  }
  return names;
}

// A run's id without the instant at which it began: "users" of "users-20260131-120000".
std::string run_name(const std::string& id) {
  constexpr std::string_view kInstant = "-dddddddd-dddddd";
  if (id.size() <= kInstant.size()) return id;
  const std::size_t begin = id.size() - kInstant.size();
  for (std::size_t i = 0; i < kInstant.size(); ++i) {
    const char c = id[begin + i];
    if (kInstant[i] == 'd' ? c < '0' || c > '9' : c != kInstant[i]) return id;
  }
  return id.substr(0, begin);
}

}  // namespace

std::vector<std::string> seat_labels(std::span<const Entry> entries, std::span<const Seat> seats) {
  const auto target = [&](Seat s) { return entries[s.entry].run->targets[s.target].name; };
  const auto run = [&](Seat s) { return entries[s.entry].run->run_id; };
  const auto name = [&](Seat s) { return run_name(run(s)); };
  const auto distinct = [&](const auto& label) {
    for (std::size_t i = 0; i < seats.size(); ++i) {
      for (std::size_t j = i + 1; j < seats.size(); ++j) {
        if (label(seats[i]) == label(seats[j])) return false;
      }
    }
    return true;
  };
  std::vector<std::string> result;
  const bool by_target = distinct(target);
  const bool by_name = distinct(name);
  const bool by_run = distinct(run);
  const auto both = [&](Seat s) { return fmt::format("{} in {}", target(s), name(s)); };
  const bool by_both = distinct(both);
  for (const Seat s : seats) {
    result.push_back(by_target ? target(s)
                     : by_name ? name(s)
                     : by_run  ? run(s)
                     : by_both ? both(s)
                               : fmt::format("{} in {}", target(s), run(s)));
  }
  return result;
}

Result<Seating> seat(std::span<const Entry> entries, std::string_view only) {
  const std::vector<Seat> seats = all_seats(entries, only);
  Seating seating;
  const bool several = std::ranges::all_of(
      entries, [&](const Entry& entry) { return seats_of(seats, &entry - entries.data()) > 1; });
  if (entries.size() > 1 && several) seating.tables = by_name(entries, seats);
  if (seating.tables.empty()) seating.tables = {seats};
  seating.unmatched = left_over(entries, seats, seating.tables);
  const std::size_t sides = seating.tables.front().size();
  if (sides < 2) {
    return fail(ErrorCode::kInvalidInput,
                only.empty() ? "there is a single target, which has nothing to be compared with; "
                               "name another run"
                             : fmt::format("fewer than two of the targets are named '{}'", only));
  }
  if (sides > kMostSides) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} targets are more than can be compared at once ({}); name fewer "
                            "runs, or one target with --target",
                            sides, kMostSides));
  }
  return seating;
}

}  // namespace tt::analysis
