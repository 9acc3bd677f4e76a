// Uploaded files into runs' folders.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "analysis/request_value.h"
#include "analysis/samples.h"
#include "import/import.h"
#include "serve/job_kinds.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

Json preview_value(const record::Row& row) {
  const auto facts = analysis::facts_of(row);
  const auto value = [&](analysis::MetricId id) {
    return number(analysis::request_value(facts, id));
  };
  return {{"index", row.index},
          {"sent_s", row.sent == kNever ? Json() : Json(to_seconds(row.sent))},
          {"input_tokens", row.input_tokens},
          {"output_tokens", row.output_tokens},
          {"ttft_ms", value(analysis::MetricId::kTtft)},
          {"tpot_ms", value(analysis::MetricId::kTpot)},
          {"e2e_ms", value(analysis::MetricId::kE2e)},
          {"status", status_name(row.status)},
          {"user", row.user},
          {"flags", row.flags}};
}

Json run_value(const import::ImportedRun& run, bool checked) {
  const auto& manifest = run.manifest;
  const auto& origin = *manifest.origin;
  Json findings = Json::array();
  for (const auto& finding : origin.findings) {
    findings.push_back({{"id", finding.id},
                        {"count", finding.count},
                        {"points", finding.points},
                        {"text", finding.text}});
  }
  Json targets = Json::array();
  for (const auto& target : manifest.targets) targets.push_back(target.name);
  Json rows = Json::array();
  for (const auto& row : run.first_rows) rows.push_back(preview_value(row));
  return {{"run_id", checked ? Json() : Json(manifest.run_id)},
          {"title", run.title},
          {"format", origin.format},
          {"tool", origin.tool},
          {"targets", std::move(targets)},
          {"has_rows", run.has_rows},
          {"rows_read", origin.rows_read},
          {"rows_kept", origin.rows_kept},
          {"rows_rejected", origin.rows_rejected},
          {"quality", origin.quality},
          {"duration_s", to_seconds(manifest.duration)},
          {"mean_concurrency", number(run.mean_concurrency)},
          {"findings", std::move(findings)},
          {"first_rows", std::move(rows)}};
}

Json file_value(const import::FileOutcome& outcome, bool checked) {
  Json json = {{"file", std::filesystem::path(outcome.path).filename().string()},
               {"runs", Json::array()},
               {"problem", outcome.runs ? std::string() : outcome.runs.error().message}};
  if (!outcome.runs) return json;
  for (const auto& run : *outcome.runs) json["runs"].push_back(run_value(run, checked));
  return json;
}

class ImportJob final : public Job {
 public:
  ImportJob(ImportOrder order, Uploads& uploads, std::string results_dir)
      : order_(std::move(order)), uploads_(uploads), results_dir_(std::move(results_dir)) {}

  std::string kind() const override { return order_.check_only ? "check" : "import"; }
  std::string title() const override {
    return fmt::format("{} file{}", order_.uploads.size(), order_.uploads.size() == 1 ? "" : "s");
  }

  // One file at a time, so that it can be stopped between two.
  Result<void> play(std::uint64_t, const JobReport& report) override {
    Json files = Json::array();
    std::vector<std::string> runs;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < order_.uploads.size(); ++i) {
      if (stopped_) return fail(ErrorCode::kCancelled, "stopped; what was imported before stays");
      const auto path = uploads_.path(order_.uploads[i]);
      if (!path) return std::unexpected(path.error());
      bool keep = order_.check_only;
      for (const auto& outcome : import_one(*path, i, report)) {
        files.push_back(file_value(outcome, order_.check_only));
        if (!outcome.runs) ++failed;
        // The file is good, the disk is not: it need not be sent again.
        if (!outcome.runs && outcome.runs.error().code == ErrorCode::kIo) keep = true;
        if (!outcome.runs || order_.check_only) continue;
        for (const auto& run : *outcome.runs) runs.push_back(run.manifest.run_id);
      }
      if (!keep) (void)uploads_.remove(order_.uploads[i]);
      report([&](JobStatus& status) {
        status.runs = runs;
        status.result_json = text_of({{"files", files}});
      });
    }
    if (failed == order_.uploads.size()) {
      return fail(ErrorCode::kInvalidInput,
                  "none of the files could be imported; the result says why");
    }
    return {};
  }

  void stop(bool) override { stopped_ = true; }

 private:
  std::vector<import::FileOutcome> import_one(const std::string& path, std::size_t place,
                                              const JobReport& report) const {
    const import::ImportOptions options{
        .results_dir = results_dir_,
        .label = order_.uploads.size() == 1 ? order_.label : "",
        .keep_invalid = order_.keep_invalid,
        .texts = order_.texts,
        .check_only = order_.check_only,
        .preview = order_.preview,
        .threads = std::max(1U, std::thread::hardware_concurrency()),
        .now = realtime_now()};
    const auto count = static_cast<double>(order_.uploads.size());
    return import::import_files(
        std::span(&path, 1), options,
        [&](const std::string& file, std::uint64_t done, std::uint64_t all) {
          report([&](JobStatus& status) {
            status.phase = std::filesystem::path(file).filename().string();
            const double own = all == 0 ? 1 : static_cast<double>(done) / static_cast<double>(all);
            status.share = (static_cast<double>(place) + own) / count;
          });
        });
  }

  const ImportOrder order_;
  Uploads& uploads_;
  const std::string results_dir_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

std::unique_ptr<Job> import_job(ImportOrder order, Uploads& uploads, std::string results_dir) {
  return std::make_unique<ImportJob>(std::move(order), uploads, std::move(results_dir));
}

}  // namespace tt::serve
