// What the tests of hypotheses answer with.
#pragma once

namespace tt::stats {

/// A test's statistic, as each test names it, and its p-value: two-sided where there are two sides.
/// A statistic may be infinite, with a p-value of 0, where samples without spread differ.
struct TestResult {
  double statistic = 0;
  double p_value = 1;
};

/// How to get a p-value where there are two ways.
enum class PValue {
  kAuto,         // exact where each function says so, else approximate
  kExact,        // by counting; nullopt where that is not possible
  kApproximate,  // by the statistic's limit law
};

}  // namespace tt::stats
