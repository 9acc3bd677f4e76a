// p-values of several tests at once.
#pragma once

#include <span>
#include <vector>

namespace tt::stats {

/// Holm's step-down adjustment (1979): p-values, in the order given, that may each be compared with
/// the error rate wanted for the whole family. Holds however the tests depend on each other.
std::vector<double> holm_adjust(std::span<const double> p_values);

/// Benjamini and Hochberg's step-up adjustment (1995): p-values, in the order given, that may each
/// be compared with the share of false findings allowed among all findings. For tests that are
/// independent or depend positively.
std::vector<double> benjamini_hochberg_adjust(std::span<const double> p_values);

}  // namespace tt::stats
