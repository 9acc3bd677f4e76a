// What the charts of failed requests share: their words, and what they say where nothing failed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/failures.h"
#include "chart/chart.h"
#include "chart/input.h"

namespace tt::chart {

/// "total timeout", "HTTP error".
std::string status_words(Status status);

/// What happened, and the response's code where that tells of a failure; else 0.
using FailureClass = std::pair<Status, std::uint16_t>;
FailureClass failure_class(const analysis::FailureKind& kind);
/// "overloaded (HTTP 429)".
std::string failure_text(const FailureClass& kind);

/// Neither succeeded nor ended by the client.
bool row_failed(const analysis::Slice& slice, std::uint32_t row);
bool any_failed(const Input& input);

/// Who failed how often and why, and who did not, in a sentence or two. `all` is by target.
std::string failures_text(const RunView& view, const std::vector<analysis::Failures>& all);

/// Makes the chart's small print, then draws; where nothing failed, says so instead.
using DrawFailures = void (*)(Chart&, const RunView&, const std::vector<analysis::Failures>&);
Chart chart_of_failures(const Input& input, DrawFailures draw);

}  // namespace tt::chart
