// A run's answer for people: the verdict first, then the figures, then whether to trust them. Pure:
// the same summary and width give the same lines.
#pragma once

#include <string>
#include <vector>

#include "analysis/input.h"
#include "analysis/summary.h"
#include "app/terminal.h"

namespace tt::app {

/// Everything: what was run, verdict, throughput, latencies, objectives, failures, checks, client.
std::vector<Line> answer_lines(const analysis::RunInput& input, const analysis::RunSummary& summary,
                               std::size_t width);

/// Verdict, validity and client in three lines.
std::vector<Line> brief_answer_lines(const analysis::RunSummary& summary, std::size_t width);

// Parts that other views share.

/// "Title ..." as a heading.
Line heading_line(std::string_view title, std::string_view note = {});
/// Passed checks counted, the others in words, alike ones of several targets as one.
std::vector<Line> check_lines(const std::vector<analysis::Check>& checks,
                              const std::vector<analysis::TargetSummary>& targets,
                              std::size_t width);

}  // namespace tt::app
