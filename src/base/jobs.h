// Independent pieces of work on all cores.
#pragma once

#include <functional>
#include <span>

namespace tt {

using Job = std::function<void()>;

/// Does every job, on as many threads as there are cores (the caller's is one of them), and returns
/// when all are done. Jobs must not throw, and must each write to a place of their own: then the
/// result does not depend on who did what first. May be called from within a job.
void run_jobs(std::span<const Job> jobs);

}  // namespace tt
