#include "report/run_report.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/test_gold.h"
#include "report/markdown.h"

namespace tt::report {
namespace {

using analysis::Entry;

// A run of targets with these TTFTs, and everything that a report may say of it.
class RunReport : public testing::Test {
 protected:
  void measure(std::vector<double> ttft_ms, std::vector<std::string> names) {
    const auto count = static_cast<std::uint32_t>(ttft_ms.size());
    input_ = analysis::make_run(std::move(names));
    input_.load_text = "concurrency 1";
    input_.workload_text = "synthetic 50 in, 11 out";
    input_.slos = {*analysis::make_slo("ttft", 0.5, 120e6, "ttft_p50=120ms")};
    for (std::uint32_t t = 0; t < count; ++t) {
      analysis::add_blocks(rows_, {.target = t, .ttft_ms = ttft_ms[t]}, count, 5, 80, t + 1);
    }
    manifest_.name = "night";
    manifest_.tool_version = "1.0";
    manifest_.build_hash = "abc";
    manifest_.plan_yaml = "name: night\n";
    for (const auto& target : input_.targets) {
      manifest_.targets.push_back({.name = target.name,
                                   .engine = "vllm",
                                   .url = "http://host:8000",
                                   .model = target.model});
    }
  }

  Document document(Audience audience) {
    summary_ = analysis::summarise(input_, rows_);
    const Entry entry{.run = &input_, .rows = rows_};
    const auto seating = analysis::seat({&entry, 1});
    if (seating) contest_ = analysis::hold_contest({&entry, 1}, seating->tables.front(), {});
    const auto frame = record::make_frame(rows_);
    for (const auto& slice : analysis::make_slices(frame, input_.targets.size())) {
      experience_.push_back(analysis::experience(slice));
    }
    return run_report({.manifest = manifest_,
                       .input = input_,
                       .summary = summary_,
                       .contest = contest_ ? &*contest_ : nullptr,
                       .insights = insights_,
                       .experience = experience_},
                      audience);
  }

  record::Manifest manifest_;
  analysis::RunInput input_;
  std::vector<record::Row> rows_;
  analysis::RunSummary summary_;
  std::optional<analysis::Contest> contest_;
  std::vector<analysis::Insight> insights_ = {{.rule = "slow",
                                               .kind = analysis::InsightKind::kSlowdown,
                                               .severity = analysis::InsightSeverity::kWarning,
                                               .simple = "It got slower.",
                                               .technical = "TTFT rose.",
                                               .chart = "latency-over-time",
                                               .evidence = {}}};
  std::vector<analysis::Experience> experience_;
};

std::vector<std::string> ids_of(const Document& document) {
  std::vector<std::string> ids;
  for (const auto& section : document.sections) ids.push_back(section.id);
  return ids;
}

TEST_F(RunReport, GoldForAnEngineer) {
  measure({100, 150, 101}, {"vllm", "tgi", "ollama"});
  expect_gold(markdown(document(Audience::kEngineer)), "report/run_engineer.md");
}

TEST_F(RunReport, AnExecutiveIsSparedTheTables) {
  measure({100, 150}, {"vllm", "tgi"});
  EXPECT_EQ(
      ids_of(document(Audience::kExecutive)),
      (std::vector<std::string>{"answer", "targets", "users", "insights", "objectives", "trust"}));
}

TEST_F(RunReport, OneTargetAloneIsToldByItsFigures) {
  measure({100}, {"vllm"});
  const auto text = markdown(document(Audience::kProduct));
  EXPECT_NE(text.find("vllm: TTFT p50 1"), std::string::npos) << text;
  EXPECT_EQ(text.find("Figure by figure"), std::string::npos);
}

TEST_F(RunReport, AllFailedAndForeignTextHarmNothing) {
  measure({}, {"<script>|x|"});
  for (std::uint64_t i = 0; i < 20; ++i) {
    rows_.push_back(analysis::make_failed({}, Status::kTls, i));
    rows_.back().error = "| <b>bad</b>\n# heading " + std::string(500, 'x');
  }
  const auto text = markdown(document(Audience::kEngineer));
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_EQ(text.find("<b>"), std::string::npos);
  EXPECT_EQ(text.find("\n# heading"), std::string::npos);
  EXPECT_NE(text.find("tls"), std::string::npos);
}

TEST_F(RunReport, NothingAtAllIsADocumentToo) {
  measure({}, {});
  EXPECT_FALSE(markdown(document(Audience::kEngineer)).empty());
}

}  // namespace
}  // namespace tt::report
