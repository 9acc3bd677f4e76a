// Figures of a summary as texts and cells, alike in every section.
#pragma once

#include <optional>
#include <string>

#include "analysis/summary.h"
#include "report/document.h"

namespace tt::report {

struct Measured {
  std::optional<double> value;
  std::optional<stats::Interval> interval;
};
/// A quantile or a rate of one target; nothing where it has none.
Measured measured_of(const analysis::TargetSummary& target, const analysis::Figure& figure);

/// "12.4 ms", "–"; without the unit where the figure's name ends with it.
std::string value_text(const analysis::Figure& figure, const Measured& measured);
/// "95% 12.1 to 12.7"; empty where there is none.
std::string interval_text(const analysis::Figure& figure, const Measured& measured);
/// "12.4 (12.1 to 12.7)", without the unit, which stands in the column's title.
Cell figure_cell(const analysis::RunSummary& summary, const analysis::Figure& figure,
                 std::size_t target);
/// Better than every other target, for certain, in a run that is valid.
bool wins(const analysis::RunSummary& summary, const analysis::Figure& figure, std::size_t target);

/// "99.5%"; never rounded up to the whole.
std::string share_text(double share);
/// "vllm (meta-llama/Meta-Llama-3-8B-Instruct)".
std::string target_title(const analysis::TargetInput& target);
/// "TTFT p50 (ms)".
std::string column_title(const analysis::Figure& figure);
/// One sentence for the whole run, also where it has one target alone.
std::string headline_of(const analysis::RunSummary& summary);

}  // namespace tt::report
