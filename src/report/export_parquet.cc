// The Parquet files of an export: for warehouses, which like one flat table of all targets.
#include <cmath>

#include "analysis/samples.h"
#include "base/outcome.h"
#include "record/flat_table.h"
#include "report/export.h"

namespace tt::report {
namespace {

using analysis::MetricId;
using record::FlatColumn;
using record::FlatType;
using record::FlatValue;
using record::Row;

constexpr FlatColumn kResultColumns[] = {{"run_id", FlatType::kText},
                                         {"scenario", FlatType::kText},
                                         {"engine", FlatType::kText},
                                         {"engine_kind", FlatType::kText},
                                         {"model", FlatType::kText},
                                         {"request_id", FlatType::kText},
                                         {"request_index", FlatType::kWhole},
                                         {"sent_at", FlatType::kInstant},
                                         {"success", FlatType::kFlag},
                                         {"status", FlatType::kText},
                                         {"http_code", FlatType::kWhole},
                                         {"error_message", FlatType::kText},
                                         {"prompt_tokens", FlatType::kWhole},
                                         {"completion_tokens", FlatType::kWhole},
                                         {"total_duration_s", FlatType::kNumber},
                                         {"ttft_s", FlatType::kNumber},
                                         {"time_per_output_token_s", FlatType::kNumber},
                                         {"tokens_per_s", FlatType::kNumber},
                                         {"schedule_lag_s", FlatType::kNumber},
                                         {"client_lag_s", FlatType::kNumber}};

struct Latency {
  MetricId metric;
  const char* name;
};
constexpr Latency kLatencies[] = {{MetricId::kE2e, "latency"},
                                  {MetricId::kTtft, "ttft"},
                                  {MetricId::kTpot, "time_per_output_token"},
                                  {MetricId::kItl, "inter_token_latency"}};

FlatValue number(std::optional<double> value) {
  return value && std::isfinite(*value) ? FlatValue(*value) : FlatValue();
}

FlatValue whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

FlatValue seconds(double millis) {
  return std::isnan(millis) ? FlatValue() : FlatValue(millis / 1e3);
}

std::map<std::string, std::string> footer(const ExportRun& run, const ExportMetadata& metadata) {
  std::map<std::string, std::string> all = {
      {"run_id", run.input.run_id},
      {"method_version", std::to_string(run.summary.method_version)},
      {"export_timestamp", metadata.exported_at},
      {"units", "durations in seconds; success_rate is a share of 1"}};
  for (const auto& [key, value] : metadata.configuration) all["configuration." + key] = value;
  for (const auto& [key, value] : metadata.environment) all["environment." + key] = value;
  return all;
}

std::vector<FlatValue> result_row(const ExportRun& run, const Row& row, Nanos anchor) {
  const auto& target = run.input.targets[row.target];
  const auto facts = analysis::facts_of(row);
  const double e2e = analysis::request_value(facts, MetricId::kE2e);
  const bool known = anchor > 0 && row.sent != kNever;
  return {run.input.run_id,
          run.input.scenario,
          target.name,
          target.engine,
          target.model,
          row.request_id.empty() ? std::to_string(row.index) : row.request_id,
          whole(row.index),
          known ? FlatValue(anchor + row.sent) : FlatValue(),
          row.ok(),
          std::string(status_name(row.status)),
          row.http_code == 0 ? FlatValue() : whole(row.http_code),
          row.error.empty() ? FlatValue() : FlatValue(row.error),
          whole(row.input_tokens),
          whole(row.output_tokens),
          seconds(e2e),
          seconds(analysis::request_value(facts, MetricId::kTtft)),
          seconds(analysis::request_value(facts, MetricId::kTpot)),
          e2e > 0 ? FlatValue(row.output_tokens / e2e * 1e3) : FlatValue(),
          seconds(analysis::request_value(facts, MetricId::kScheduleLag)),
          seconds(analysis::request_value(facts, MetricId::kClientLag))};
}

// Columns and values side by side, so that they cannot come apart.
struct SummaryTable {
  std::vector<std::string> names;
  std::vector<FlatType> types;
  std::vector<FlatValue> values;

  void add(std::string name, FlatType type, FlatValue value) {
    names.push_back(std::move(name));
    types.push_back(type);
    values.push_back(std::move(value));
  }
};

SummaryTable summary_of(const ExportRun& run, const analysis::TargetSummary& t) {
  SummaryTable table;
  const auto text = [&](std::string name, const std::string& value) {
    table.add(std::move(name), FlatType::kText, value);
  };
  text("run_id", run.input.run_id);
  text("scenario", run.input.scenario);
  text("load", run.input.load_text);
  text("workload", run.input.workload_text);
  text("engine", t.target.name);
  text("engine_kind", t.target.engine);
  text("model", t.target.model);
  table.add("method_version", FlatType::kWhole,
            whole(static_cast<std::uint64_t>(run.summary.method_version)));
  table.add("valid", FlatType::kFlag, run.summary.valid());
  for (const auto& [name, count] :
       {std::pair{"requests", t.counts.planned}, std::pair{"successful", t.counts.ok},
        std::pair{"failed", t.counts.failed}, std::pair{"prompt_tokens", t.tokens.input},
        std::pair{"completion_tokens", t.tokens.output}}) {
    table.add(name, FlatType::kWhole, whole(count));
  }
  table.add("measured_s", FlatType::kNumber, t.seconds);
  for (const auto& [name, metric] : {std::pair{"success_rate", MetricId::kSuccessRate},
                                     std::pair{"requests_per_s", MetricId::kRequestRate},
                                     std::pair{"output_tokens_per_s", MetricId::kOutputRate},
                                     std::pair{"goodput_requests_per_s", MetricId::kGoodput}}) {
    const auto* rate = t.rate(metric);
    table.add(name, FlatType::kNumber, number(rate == nullptr ? std::nullopt : rate->value));
  }
  for (const auto& latency : kLatencies) {
    const auto* d = t.distribution(latency.metric);
    const bool any = d != nullptr && d->n > 0;
    const auto put = [&](const char* what, std::optional<double> ms) {
      table.add(std::string(what) + "_" + latency.name + "_s", FlatType::kNumber,
                any && ms ? number(*ms / 1e3) : FlatValue());
    };
    put("mean", any ? std::optional(d->mean) : std::nullopt);
    put("std_dev", any ? d->stddev : std::nullopt);
    for (const auto& [name, p] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}) {
      const auto* at = any ? d->at(p) : nullptr;
      put(name, at == nullptr ? std::nullopt : std::optional(at->value));
    }
  }
  return table;
}

}  // namespace

Result<void> write_results_parquet(const std::string& path, const ExportRun& run,
                                   const ExportMetadata& metadata) {
  std::size_t at = 0;
  const auto next = [&](std::vector<FlatValue>& row) {
    while (at < run.rows.size() && run.rows[at].warmup) ++at;
    if (at == run.rows.size()) return false;
    row = result_row(run, run.rows[at++], metadata.anchor);
    return true;
  };
  auto done = record::write_flat(path, kResultColumns, next, footer(run, metadata));
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<void> write_summary_parquet(const std::string& path, const ExportRun& run,
                                   const ExportMetadata& metadata) {
  std::vector<SummaryTable> tables;
  for (const auto& target : run.summary.targets) tables.push_back(summary_of(run, target));
  // Without a target there are no rows, but columns all the same.
  const SummaryTable& first = tables.empty() ? tables.emplace_back(summary_of(run, {})) : tables[0];
  std::vector<FlatColumn> columns;
  for (std::size_t c = 0; c < first.names.size(); ++c) {
    columns.push_back({first.names[c], first.types[c]});
  }
  std::size_t at = 0;
  const auto next = [&](std::vector<FlatValue>& row) {
    if (at == run.summary.targets.size()) return false;
    row = tables[at++].values;
    return true;
  };
  auto done = record::write_flat(path, columns, next, footer(run, metadata));
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace tt::report
