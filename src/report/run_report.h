// A run as a document: verdict first, then what it means, then the figures, then whether and why to
// believe them. Sentences are written by rule from the results.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/contest.h"
#include "analysis/experience.h"
#include "analysis/insights.h"
#include "analysis/summary.h"
#include "record/manifest.h"
#include "report/document.h"

namespace tt::report {

/// Everything that a report of a run may speak of. All of it must outlive the call.
struct ReportSubject {
  const record::Manifest& manifest;
  const analysis::RunInput& input;
  const analysis::RunSummary& summary;
  /// Of the run's targets with each other; nullptr where there is one alone.
  const analysis::Contest* contest = nullptr;
  std::span<const analysis::Insight> insights;
  std::span<const analysis::Experience> experience;  // by target; empty: not known
  std::span<const Picture> pictures;                 // in the order of showing
};

/// Whom it is for: what is left out, and how plainly it speaks.
enum class Audience : std::uint8_t {
  kExecutive,   // the answer, what it means, the risk
  kProduct,     // and the objectives and figures that users feel
  kEngineer,    // all of it
  kOperations,  // all but the method: failures, objectives, configuration
};
std::string_view audience_name(Audience audience);  // "executive", ...
std::optional<Audience> audience_from_name(std::string_view name);

/// Charts of the catalogue that such a reader wants to see; empty: all that the run has.
std::span<const std::string_view> charts_for(Audience audience);

/// Pure: the same subject and audience give the same document. Sections that have nothing to say
/// are left out.
Document run_report(const ReportSubject& subject, Audience audience);

}  // namespace tt::report
