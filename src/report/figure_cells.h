// Figures of a summary as texts and cells, alike in every section.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/compare.h"
#include "analysis/summary.h"
#include "report/document.h"
#include "report/subject.h"

namespace tt::report {

/// "12.4 ms", "–"; without the unit where the figure's name ends with it.
std::string value_text(const analysis::Figure& figure, const analysis::Measured& measured);
/// The same of a value alone.
std::string value_text(const analysis::Figure& figure, std::optional<double> value);
/// "95% 12.1 to 12.7"; empty where there is none.
std::string interval_text(const analysis::Figure& figure, const analysis::Measured& measured);

/// A figure of several sides under each other: the title with the unit, and a cell a side,
/// "12.4 (12.1 to 12.7)", all with as many decimals.
struct FigureColumn {
  Column column;
  std::vector<Cell> cells;
  bool any = false;  // a side has a value
};
FigureColumn figure_column(const ReportSubject& subject, const analysis::Figure& figure);
/// The same of any values; `intervals`: in brackets behind them.
FigureColumn figure_column(const analysis::Figure& figure,
                           const std::vector<analysis::Measured>& all, bool intervals);

/// "99.5%"; never rounded up to the whole.
std::string share_text(double share);
/// Of what was missed: never rounded down to nothing, and with share_text() of the rest 100%.
std::string missed_text(double share);
/// "vllm (meta-llama/Meta-Llama-3-8B-Instruct)"; of several runs what tells the sides apart.
std::string side_title(const ReportSubject& subject, const ReportSide& side);
/// "TTFT p50 (ms)".
std::string column_title(const analysis::Figure& figure);
/// One sentence for the whole run, also where it has one target alone.
std::string headline_of(const analysis::RunSummary& summary);

/// "better", "cannot tell".
std::string verdict_word(analysis::Verdict verdict);
Tone verdict_tone(analysis::Verdict verdict);

/// "vllm", "vllm and tgi", "vllm, tgi and ollama".
std::string list_text(std::span<const std::string> items);
/// "1 run", "2 runs".
std::string count_of(std::uint64_t n, std::string_view what);
/// At most `most` bytes, cut between letters, with an ellipsis.
std::string cut_text(std::string text, std::size_t most);
/// A cell of text alone.
Cell text_cell(std::string text, Tone tone = Tone::kPlain, bool strong = false);

}  // namespace tt::report
