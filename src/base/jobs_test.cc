#include "base/jobs.h"

#include <array>
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(Jobs, EachIsDoneOnceAndAllAreDoneAtTheEnd) {
  std::vector<int> done(100, 0);
  std::vector<Job> jobs;
  for (int& one : done) jobs.emplace_back([&one] { ++one; });
  run_jobs(jobs);
  EXPECT_EQ(done, std::vector<int>(100, 1));
}

TEST(Jobs, NoneIsFine) { run_jobs({}); }

TEST(Jobs, AJobMayHaveJobsOfItsOwn) {
  std::atomic<int> done = 0;
  const std::array<Job, 3> inner = {[&] { ++done; }, [&] { ++done; }, [&] { ++done; }};
  const std::array<Job, 4> outer = {[&] { run_jobs(inner); }, [&] { run_jobs(inner); },
                                    [&] { run_jobs(inner); }, [&] { run_jobs(inner); }};
  run_jobs(outer);
  EXPECT_EQ(done, 12);
}

}  // namespace
}  // namespace tt
