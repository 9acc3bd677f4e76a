// What reports are made of, read and computed once for all formats.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/budget.h"
#include "analysis/resources.h"
#include "analysis/trend.h"
#include "app/compared_runs.h"
#include "app/options.h"
#include "record/group.h"
#include "report/kinds.h"
#include "report/pictures.h"
#include "report/run_source.h"
#include "report/subject.h"
#include "trial/stored_run.h"

namespace tt::app {

/// Runs, or a group of runs, with all that is known of them. Stays where it was made: what it
/// gives out points into it.
class ReportMaterial {
 public:
  /// Of --compare and the words: runs, or one group. An error names its option or word.
  static Result<std::unique_ptr<ReportMaterial>> read(const Arguments& arguments,
                                                      report::Kind kind);

  ReportMaterial(const ReportMaterial&) = delete;
  ReportMaterial& operator=(const ReportMaterial&) = delete;

  /// "chat-20260131-120000", "before-…+after-…", a group's id: for names of files.
  const std::string& id() const { return id_; }
  /// Of the run, the last of several, or the group.
  const std::string& folder() const { return folder_; }
  bool is_group() const { return group_.has_value(); }

  /// Draws what such a report shows.
  Result<void> draw(const Arguments& arguments, report::Kind kind, report::Audience audience,
                    const report::DrawOptions& options);

  report::ReportSubject subject() const;
  /// Of one run alone; nullopt of several.
  std::optional<report::RunSource> source() const;

 private:
  /// All that is said of one run; spans of report_runs_ point into it.
  struct Known {
    analysis::RunSummary summary;
    std::vector<analysis::Insight> insights;
    std::vector<analysis::Experience> experience;
    std::vector<analysis::ResourcesView> resources;
    std::optional<analysis::SloReport> objectives;
  };

  ReportMaterial() = default;
  Result<void> read_group(const Arguments& arguments, const std::string& dir, record::Group group);
  Result<void> read_runs(const Arguments& arguments, const std::string& dir, report::Kind kind);
  Result<void> judge(const Arguments& arguments);
  Result<void> learn(const Arguments& arguments);
  Result<void> compare(const Arguments& arguments, const std::string& marked, report::Kind kind);
  Result<void> price(const Arguments& arguments, std::span<const analysis::CostRun> runs);
  void follow();

  std::string id_;
  std::string folder_;
  Runs runs_;
  std::deque<Known> known_;
  std::vector<report::ReportRun> report_runs_;
  std::vector<report::ReportSide> sides_;
  Comparisons comparisons_;
  std::optional<record::Group> group_;
  std::optional<analysis::SweepReport> curve_;
  std::optional<report::ReportGroup> report_group_;
  std::optional<analysis::TrendReport> trend_;
  std::optional<analysis::CostReport> cost_;
  std::vector<report::Picture> pictures_;
};

}  // namespace tt::app
