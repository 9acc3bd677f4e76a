#include "trial/open_files.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/text.h"
#include "plan/load_curve.h"

namespace tt::trial {
namespace {

// Journal, event loops, DuckDB, terminal.
constexpr std::uint64_t kOwnFiles = 64;

}  // namespace

std::uint64_t open_files_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : UINT64_MAX;
}

Result<void> check_open_files(const plan::Plan& plan, std::uint64_t limit) {
  const std::uint64_t each = plan::most_in_flight(plan.load);
  if (each == 0) return {};
  // Targets that wait for their turn keep their connections.
  const std::uint64_t needed = each * plan.targets.size() + kOwnFiles;
  if (needed <= limit) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("{} requests in flight for each of {} need {} open files, and the system "
                          "allows {}; raise the limit with ulimit -n {}, or lower the load",
                          format_count(each),
                          plan.targets.size() == 1 ? "1 target"
                                                   : fmt::format("{} targets", plan.targets.size()),
                          format_count(needed), format_count(limit), needed));
}

}  // namespace tt::trial
