// The analysis of a run for people, section by section. Pure: the same analysis and width give the
// same lines.
#pragma once

#include <vector>

#include "analysis/analyze.h"
#include "app/terminal.h"

namespace tt::app {

/// One section of every target under one heading; empty where it was not made. What the rows cannot
/// show is said in words.
std::vector<Line> section_lines(const analysis::RunAnalysis& analysis, analysis::Section section,
                                std::size_t width);

// One target's part of a section, without heading; analyze_load_view.cc, resources_view.cc and
// analyze_view.cc.
std::vector<Line> latency_section(const analysis::LatencyView& view, std::size_t width);
std::vector<Line> throughput_section(const analysis::ThroughputView& view, std::size_t width);
std::vector<Line> time_section(const analysis::TimeView& view, std::size_t width);
std::vector<Line> tokens_section(const analysis::TokensView& view, std::size_t width);
std::vector<Line> errors_section(const analysis::Failures& failures, std::size_t width);
std::vector<Line> users_section(const std::vector<analysis::Group>& users,
                                const analysis::SessionsView& sessions, std::size_t width);
std::vector<Line> quality_section(const analysis::QualityView& view, std::size_t width);
std::vector<Line> resources_section(const analysis::ResourcesView& view, std::size_t width);
/// The targets' engines and GPUs beside each other; empty where fewer than two have been looked at.
std::vector<Line> resources_beside_lines(const analysis::RunAnalysis& analysis, std::size_t width);

}  // namespace tt::app
