// Runs made by hand, with everything that reports say of them, for tests of this folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/test_rows.h"
#include "record/frame.h"
#include "report/kinds.h"
#include "report/run_source.h"
#include "report/subject.h"

namespace tt::report {

/// A run of these targets; each next one is slower by `step` of the first's TTFT of `ttft_ms`.
class TestRun {
 public:
  explicit TestRun(std::vector<std::string> names, std::uint32_t count = 80, double ttft_ms = 100,
                   std::string id = {}, double step = 0.25) {
    const auto targets = static_cast<std::uint32_t>(names.size());
    input = analysis::make_run(std::move(names));
    if (!id.empty()) input.run_id = input.scenario = std::move(id);
    input.load_text = "concurrency 1";
    input.workload_text = "synthetic 50 in, 11 out";
    input.slos = {*analysis::make_slo("ttft", 0.5, 120e6, "ttft_p50=120ms")};
    for (std::uint32_t t = 0; t < targets; ++t) {
      analysis::add_blocks(rows, {.target = t, .ttft_ms = ttft_ms * (1 + step * t)}, targets, 5,
                           count, t + 1);
    }
    manifest.run_id = input.run_id;
    manifest.name = "night";
    manifest.tool_version = "1.0";
    manifest.build_hash = "abc";
    manifest.plan_yaml = "name: night\n";
    manifest.started_realtime = 1'769'860'800 * kSecond;
    for (const auto& target : input.targets) {
      manifest.targets.push_back({.name = target.name,
                                  .engine = "vllm",
                                  .url = "http://host:8000",
                                  .model = target.model});
    }
    insights = {{.rule = "slow",
                 .kind = analysis::InsightKind::kSlowdown,
                 .severity = analysis::InsightSeverity::kWarning,
                 .simple = "It got slower.",
                 .technical = "TTFT rose.",
                 .chart = "latency-over-time",
                 .evidence = {}}};
    finish();
  }

  analysis::RunInput input;
  record::Manifest manifest;
  std::vector<record::Row> rows;
  std::vector<Picture> pictures;
  std::vector<analysis::Insight> insights;

  /// After the rows have changed.
  void finish() {
    summary_ = analysis::summarise(input, rows);
    contest_.reset();
    const auto entry = this->entry();
    const auto seating = analysis::seat({&entry, 1});
    if (seating) contest_ = analysis::hold_contest({&entry, 1}, seating->tables.front(), {});
    const auto frame = record::make_frame(rows);
    experience_.clear();
    for (const auto& slice : analysis::make_slices(frame, input.targets.size())) {
      experience_.push_back(analysis::experience(slice));
    }
    objectives_ = analysis::judge_run(input, rows, {.slos = input.slos});
  }

  analysis::Entry entry() const { return {.run = &input, .rows = rows}; }
  ReportRun report_run() const {
    return {.manifest = manifest,
            .input = input,
            .summary = summary_,
            .insights = insights,
            .experience = experience_,
            .objectives = &objectives_};
  }
  const analysis::RunSummary& summary() const { return summary_; }
  const analysis::Contest* contest() const { return contest_ ? &*contest_ : nullptr; }
  Document document(Kind kind, Audience audience) const {
    const std::vector<ReportRun> runs = {report_run()};
    const auto sides = sides_of(runs);
    return make_report({.runs = runs,
                        .sides = sides,
                        .contests = {contest(), contest_ ? 1U : 0U},
                        .pictures = pictures},
                       outline_of(kind, audience));
  }
  Document document(Audience audience = Audience::kEngineer) const {
    return document(Kind::kRun, audience);
  }

 private:
  analysis::RunSummary summary_;
  std::optional<analysis::Contest> contest_;
  std::vector<analysis::Experience> experience_;
  analysis::SloReport objectives_;
};

}  // namespace tt::report
