#include "app/analyze_named.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "analysis/budget.h"
#include "analysis/resources.h"
#include "app/answer_view.h"
#include "app/cost_view.h"
#include "app/insights_view.h"
#include "app/machine_options.h"
#include "app/run_insights.h"
#include "base/text.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

using Lines = std::vector<Line>;

bool names(const Arguments& arguments, std::string_view section) {
  const auto asked = arguments.all("--section");
  return std::ranges::find(asked, section) != asked.end();
}

// As `cost` of this run alone, without plans for a change.
Result<analysis::CostReport> cost_of(const Arguments& arguments, const trial::StoredRun& run,
                                     const analysis::RunSummary& summary) {
  const std::vector<analysis::CostRun> runs = {
      {&run.input, summary,
       analysis::joules_per_output_token(run.rows, run.telemetry, run.input.targets.size())}};
  analysis::CostQuestion question;
  if (auto read = read_machine_options(arguments, target_names(runs), question); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return analysis::cost_report(runs, std::move(question));
}

Lines check_section(const analysis::RunSummary& summary,
                    const std::optional<record::ManifestOrigin>& imported, std::size_t width) {
  Lines lines = {heading_line("Checks", "whether the figures can be relied on")};
  std::ranges::move(check_lines(summary.checks, summary.targets, width), std::back_inserter(lines));
  if (!imported) return lines;
  lines.push_back(
      Line("  import  ", Style::kDim)
          .add(fmt::format("{:g} of 100, by {}; {} rows read, {} kept", imported->quality,
                           imported->tool, format_count(imported->rows_read),
                           format_count(imported->rows_kept))));
  for (const auto& finding : imported->findings) {
    const std::string points =
        finding.points > 0 ? fmt::format("-{:.1f}", finding.points) : std::string("note");
    std::ranges::move(
        hanging(Line(fmt::format("    {:<6}", points), Style::kDim), finding.text, width),
        std::back_inserter(lines));
  }
  return lines;
}

}  // namespace

Result<report::NamedSections> make_named_sections(const Arguments& arguments,
                                                  const record::RunFolder& folder) {
  report::NamedSections named;
  const bool insights = names(arguments, "insights");
  const bool cost = names(arguments, "cost");
  const bool quality = names(arguments, "quality");
  if (!insights && !cost && !quality) return named;
  const std::string dir(arguments.value("--results").value_or("results"));
  const auto run = trial::open_run(dir, folder.path());
  if (!run) return std::unexpected(run.error());
  if (insights) {
    auto found = find_insights(arguments, *run);
    if (!found) return std::unexpected(std::move(found.error()));
    if (const auto target = arguments.value("--target")) {
      std::erase_if(*found, [&](const auto& one) { return one.evidence.target != *target; });
    }
    named.insights = std::move(*found);
  }
  if (!cost && !quality) return named;
  auto summary = run->summary();
  if (cost) {
    auto report = cost_of(arguments, *run, summary);
    if (!report) return std::unexpected(std::move(report.error()));
    named.cost = std::move(*report);
  }
  if (quality) {
    named.checked = std::move(summary);
    named.imported = run->manifest.origin;
  }
  return named;
}

std::vector<Line> named_lines(const report::NamedSections& named, std::size_t width) {
  Lines lines;
  const auto add = [&](Lines more) {
    lines.emplace_back();
    std::ranges::move(more, std::back_inserter(lines));
  };
  if (named.checked) add(check_section(*named.checked, named.imported, width));
  if (named.cost) add(cost_lines(*named.cost, width));
  if (named.insights) add(insight_lines(*named.insights, width));
  return lines;
}

}  // namespace tt::app
