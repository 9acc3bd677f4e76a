#include "report/export.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "base/outcome.h"
#include "base/text.h"
#include "report/csv.h"
#include "report/json.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::report {
namespace {

using analysis::Distribution;
using analysis::MetricId;
using record::Row;

constexpr std::string_view kResultColumns =
    "request_id,engine,model,scenario,prompt_tokens,completion_tokens,total_duration,ttft,"
    "tokens_per_sec,success,error_message";
constexpr std::string_view kSummaryColumns =
    "engine,model,scenario,requests,success_rate,mean_latency,p50_latency,p95_latency,p99_latency,"
    "mean_ttft,mean_tokens_per_sec,total_tokens";

std::optional<double> seconds_between(Nanos from, Nanos to) {
  if (from == kNever || to == kNever) return std::nullopt;
  return to_seconds(to - from);
}

// What the fixed columns say of one request. A failed one has no durations.
struct RequestCells {
  std::optional<double> total_duration;
  std::optional<double> ttft;
  std::optional<double> tokens_per_sec;

  explicit RequestCells(const Row& row) {
    if (!row.ok()) return;
    total_duration = seconds_between(row.sent, row.end);
    ttft = seconds_between(row.sent, row.first_token);
    if (total_duration && *total_duration > 0) tokens_per_sec = row.output_tokens / *total_duration;
  }
};

// Failed rows without words of their own are named by their status.
std::string error_message(const Row& row) {
  if (row.ok()) return {};
  return row.error.empty() ? std::string(status_name(row.status)) : row.error;
}

std::string request_id(const Row& row) {
  return row.request_id.empty() ? std::to_string(row.index) : row.request_id;
}

// The target's rows in the order of the schedule.
std::vector<const Row*> rows_of(const ExportRun& run, std::size_t target) {
  std::vector<const Row*> rows;
  for (const Row& row : run.rows) {
    if (row.target == target) rows.push_back(&row);
  }
  std::ranges::stable_sort(rows, {}, &Row::index);
  return rows;
}

std::vector<double> token_speeds(const ExportRun& run, std::size_t target) {
  std::vector<double> speeds;
  for (const Row* row : rows_of(run, target)) {
    if (row->warmup) continue;
    if (const auto speed = RequestCells(*row).tokens_per_sec) speeds.push_back(*speed);
  }
  return speeds;
}

std::optional<double> in_seconds(std::optional<double> millis) {
  if (!millis) return std::nullopt;
  return *millis / 1e3;
}

std::optional<double> quantile_s(const Distribution* d, double p) {
  const auto* figure = d == nullptr ? nullptr : d->at(p);
  if (figure == nullptr) return std::nullopt;
  return figure->value / 1e3;
}

std::optional<double> mean_s(const Distribution* d) {
  if (d == nullptr || d->n == 0) return std::nullopt;
  return d->mean / 1e3;
}

std::optional<double> success_rate(const analysis::TargetSummary& t) {
  const auto* figure = t.rate(MetricId::kSuccessRate);
  return figure == nullptr ? std::nullopt : figure->value;
}

Json statistics_of(const Distribution* d) {
  if (d == nullptr || d->n == 0) return nullptr;
  return {{"n", d->n},
          {"mean", number(mean_s(d))},
          {"std_dev", number(in_seconds(d->stddev))},
          {"min", number(d->min / 1e3)},
          {"max", number(d->max / 1e3)},
          {"p50", number(quantile_s(d, 0.50))},
          {"p95", number(quantile_s(d, 0.95))},
          {"p99", number(quantile_s(d, 0.99))}};
}

Json statistics_of(std::vector<double> values) {
  if (values.empty()) return nullptr;
  const auto mean = stats::mean(values);
  const auto deviation = stats::standard_deviation(values, 1);
  const stats::Sorted sorted(std::move(values));
  return {{"n", sorted.size()},
          {"mean", number(mean)},
          {"std_dev", number(deviation)},
          {"min", number(sorted.min())},
          {"max", number(sorted.max())},
          {"p50", number(stats::quantile(sorted, 0.50))},
          {"p95", number(stats::quantile(sorted, 0.95))},
          {"p99", number(stats::quantile(sorted, 0.99))}};
}

Json metadata_json(const ExportRun& run, const ExportMetadata& metadata) {
  return {{"run_id", run.input.run_id},
          {"export_timestamp", metadata.exported_at},
          {"method_version", run.summary.method_version},
          {"configuration", metadata.configuration},
          {"environment", metadata.environment}};
}

Json request_json(const ExportRun& run, const Row& row) {
  const auto& target = run.input.targets[row.target];
  const RequestCells cells(row);
  return {{"request_id", request_id(row)},
          {"engine", target.name},
          {"model", target.model},
          {"scenario", run.input.scenario},
          {"prompt_tokens", row.input_tokens},
          {"completion_tokens", row.output_tokens},
          {"token_count_source", token_source_name(row.output_source)},
          {"total_duration", number(cells.total_duration)},
          {"ttft", number(cells.ttft)},
          {"tokens_per_sec", number(cells.tokens_per_sec)},
          {"planned", number(seconds_between(0, row.planned))},
          {"sent", number(seconds_between(0, row.sent))},
          {"warmup", row.warmup},
          {"success", row.ok()},
          {"status", status_name(row.status)},
          {"error_message", error_message(row)}};
}

Json units_json() {
  return {{"durations", "s"}, {"tokens_per_sec", "tokens/s"}, {"success_rate", "share of 1"}};
}

// A name that is safe in every file system, and never hidden.
std::string file_stem(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  std::string stem;
  for (const char c : name.substr(0, kLongest)) {
    // Neither hidden, nor an option of the command that such a file is given to.
    const bool keep = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
                      ((c == '.' || c == '-') && !stem.empty());
    stem += keep ? c : '_';
  }
  return stem.empty() ? "target" : stem;
}

template <class Write>
Result<void> write_file(const std::string& folder, const std::string& name, Write write) {
  const std::string path = folder + "/" + name;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (out) write(out);
  out.close();
  if (out) return {};
  return fail(ErrorCode::kIo,
              std::string("cannot be written: ") + std::strerror(errno) +
                  "; choose another folder, or make room",
              path);
}

}  // namespace

void write_results_csv(std::ostream& out, const ExportRun& run, std::size_t target) {
  const auto& about = run.input.targets[target];
  CsvLine(out).cell(kResultColumns);
  for (const Row* row : rows_of(run, target)) {
    if (row->warmup) continue;
    const RequestCells cells(*row);
    CsvLine(out)
        .text(request_id(*row))
        .text(about.name)
        .text(about.model)
        .text(run.input.scenario)
        .cell(std::to_string(row->input_tokens))
        .cell(std::to_string(row->output_tokens))
        .number(cells.total_duration)
        .number(cells.ttft)
        .number(cells.tokens_per_sec)
        .cell(row->ok() ? "True" : "False")
        .text(error_message(*row));
  }
}

void write_results_json(std::ostream& out, const ExportRun& run, std::size_t target,
                        const ExportMetadata& metadata) {
  const analysis::TargetSummary& t = run.summary.targets[target];
  Json json = {{"engine_name", t.target.name},
               {"engine", t.target.engine},
               {"model", t.target.model},
               {"scenario", run.input.scenario},
               {"export_timestamp", metadata.exported_at},
               {"total_requests", t.counts.planned},
               {"successful_requests", t.counts.ok},
               {"failed_requests", t.counts.failed},
               {"cancelled_requests", t.counts.cancelled},
               {"dropped_requests", t.counts.dropped},
               {"warmup_requests", t.counts.warmup},
               {"success_rate", number(success_rate(t))},
               {"units", units_json()}};
  json["statistics"] = {{"latency", statistics_of(t.distribution(MetricId::kE2e))},
                        {"ttft", statistics_of(t.distribution(MetricId::kTtft))},
                        {"time_per_output_token", statistics_of(t.distribution(MetricId::kTpot))},
                        {"inter_token_latency", statistics_of(t.distribution(MetricId::kItl))},
                        {"tokens_per_sec", statistics_of(token_speeds(run, target))}};
  const auto* output_rate = t.rate(MetricId::kOutputRate);
  const auto* request_rate = t.rate(MetricId::kRequestRate);
  json["throughput"] = {
      {"output_tokens_per_sec", number(output_rate ? output_rate->value : std::nullopt)},
      {"requests_per_sec", number(request_rate ? request_rate->value : std::nullopt)},
      {"measured_s", number(t.seconds)}};
  json["tokens"] = {{"prompt", t.tokens.input}, {"completion", t.tokens.output}};
  json["metadata"] = metadata_json(run, metadata);

  // The requests may be many: they are written one by one, as the last member.
  std::string head = text_of(json);
  head.erase(head.find_last_of('}'));
  head.erase(head.find_last_not_of('\n') + 1);
  out << head << ",\n  \"metrics\": [";
  const char* before = "\n    ";
  for (const Row* row : rows_of(run, target)) {
    out << before << request_json(run, *row).dump(-1, ' ', false, Json::error_handler_t::replace);
    before = ",\n    ";
  }
  out << "\n  ]\n}\n";
}

void write_summary_csv(std::ostream& out, const ExportRun& run) {
  CsvLine(out).cell(kSummaryColumns);
  for (std::size_t i = 0; i < run.summary.targets.size(); ++i) {
    const analysis::TargetSummary& t = run.summary.targets[i];
    const Distribution* latency = t.distribution(MetricId::kE2e);
    CsvLine(out)
        .text(t.target.name)
        .text(t.target.model)
        .text(run.input.scenario)
        .cell(std::to_string(t.counts.planned))
        .number(success_rate(t))
        .number(mean_s(latency))
        .number(quantile_s(latency, 0.50))
        .number(quantile_s(latency, 0.95))
        .number(quantile_s(latency, 0.99))
        .number(mean_s(t.distribution(MetricId::kTtft)))
        .number(stats::mean(token_speeds(run, i)))
        .cell(std::to_string(t.tokens.input + t.tokens.output));
  }
}

void write_summary_json(std::ostream& out, const ExportRun& run, const ExportMetadata& metadata) {
  Json json = {{"metadata", metadata_json(run, metadata)}};
  json["summary"] = summary_value(run.summary);
  out << text_of(json);
}

Result<std::vector<std::string>> export_run(const std::string& folder, const ExportRun& run,
                                            const ExportMetadata& metadata,
                                            const ExportChoice& choice) {
  std::vector<std::string> names;
  const auto save = [&](bool wanted, std::string name, auto write) -> Result<void> {
    if (!wanted) return {};
    auto saved = write_file(folder, name, write);
    if (saved) names.push_back(std::move(name));
    return saved;
  };
  std::set<std::string> stems;
  for (std::size_t i = 0; i < run.summary.targets.size(); ++i) {
    const std::string wish = file_stem(run.summary.targets[i].target.name);
    std::string stem = wish;
    // Not even in a file system in which the case of letters does not matter.
    for (int n = 2; !stems.insert(to_lower(stem)).second; ++n)
      stem = wish + "_" + std::to_string(n);
    auto saved = save(choice.csv, stem + "_results.csv",
                      [&](std::ostream& out) { write_results_csv(out, run, i); });
    if (saved) {
      saved = save(choice.json, stem + "_results.json",
                   [&](std::ostream& out) { write_results_json(out, run, i, metadata); });
    }
    if (!saved) return std::unexpected(saved.error());
  }
  auto saved =
      save(choice.csv, "summary.csv", [&](std::ostream& out) { write_summary_csv(out, run); });
  if (saved) {
    saved = save(choice.json, "summary.json",
                 [&](std::ostream& out) { write_summary_json(out, run, metadata); });
  }
  if (!saved) return std::unexpected(saved.error());
  if (!choice.parquet) return names;
  for (const auto& [name, write] : {std::pair{"results.parquet", &write_results_parquet},
                                    std::pair{"summary.parquet", &write_summary_parquet}}) {
    if (auto done = write(folder + "/" + name, run, metadata); !done) {
      return std::unexpected(done.error());
    }
    names.emplace_back(name);
  }
  return names;
}

}  // namespace tt::report
