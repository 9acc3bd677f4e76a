// What a results folder holds, as people count it: single runs, and groups with all of their runs.
// What is kept when old ones are removed or archived is decided here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::record {

struct Holding {
  std::string id;  // of the run or the group
  bool group = false;
  Nanos started_realtime = 0;     // 0: not known
  std::vector<std::string> runs;  // ids; of a group those that its steps name, and those that were
                                  // cut short and played anew
  /// Why nobody may take it away unasked: "the baseline", "still going on", ... Empty: one may.
  std::string bound;
};

/// Newest first.
Result<std::vector<Holding>> list_holdings(const std::string& results_dir);

/// The group of exactly this id, or the run whose id is `part` or alone contains it: a part of a
/// group's id fits its runs as well.
Result<Holding> find_holding(const std::string& results_dir, std::string_view part);

struct PruneRule {
  std::optional<std::size_t> keep;  // the newest stay, so many; bound ones count
  std::optional<Nanos> older_than;  // younger ones stay
};
/// Those of `holdings` (newest first) that the rule does not keep and nothing binds. Where both are
/// said, both must be so. Nothing for an empty rule.
std::vector<Holding> prunable(std::span<const Holding> holdings, const PruneRule& rule,
                              Nanos now_realtime);

/// Bytes of all its files.
std::uint64_t size_of(const std::string& results_dir, const Holding& holding);

/// For good. Runs first, so that what is left after a failure is still a group.
Result<void> remove_holding(const std::string& results_dir, const Holding& holding);

/// Moves it to another results folder, which is made where it is not there; across file systems by
/// copying. Fails with kAlreadyExists, and moves nothing, where that one has one of its ids.
Result<void> archive_holding(const std::string& results_dir, const Holding& holding,
                             const std::string& archive);

}  // namespace tt::record
