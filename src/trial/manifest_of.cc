#include "trial/manifest_of.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/build_info.h"
#include "base/rng.h"
#include "stats/quantile.h"

namespace tt::trial {
namespace {

plan::Plan without_secrets(plan::Plan plan) {
  for (plan::Target& target : plan.targets) {
    for (auto& [name, value] : target.headers) value = "***";
    target.url = record::redact_url(target.url);
  }
  return plan;
}

record::ManifestTarget target_of(const plan::Target& planned, const ProbedTarget& probed) {
  record::ManifestTarget target;
  target.name = planned.name;
  target.engine = probed.load->engine->name;
  target.url = planned.url;
  target.model = probed.report.model;
  target.protocol = probed.report.protocol;
  target.server_version = probed.report.version;
  target.colour = planned.colour;
  target.api_key_env = planned.api_key_env;
  for (const auto& header : planned.headers) target.header_names.push_back(header.first);
  if (probed.load->fit.measured) {
    target.tokens_base = probed.load->fit.base;
    if (!probed.load->fit.exact) target.tokens_per_word = probed.load->fit.per_word;
  }
  return target;
}

}  // namespace

record::Manifest manifest_of(const plan::Plan& plan, const workload::Schedule& schedule,
                             std::span<const ProbedTarget> targets, std::uint32_t workers) {
  record::Manifest manifest;
  manifest.method_version = analysis::kMethodVersion;
  manifest.tool_version = build_info::version();
  manifest.build_hash = build_info::git_hash();
  manifest.name = plan.name;
  manifest.plan_yaml = plan::format_plan(without_secrets(plan));
  manifest.plan_digest = fmt::format("{:016x}", fnv1a(manifest.plan_yaml));
  manifest.schedule_digest = fmt::format("{:016x}", schedule.digest);
  manifest.seeds = {{"arrivals", plan.seeds.arrivals},
                    {"lengths", plan.seeds.lengths},
                    {"prompts", plan.seeds.prompts}};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    manifest.targets.push_back(target_of(plan.targets[i], targets[i]));
  }
  manifest.host = record::this_host();
  manifest.clock_source = record::this_clock_source();
  manifest.workers = workers;
  // A list without an end (closed loop, stopped by time alone) has no planned number.
  const std::uint64_t each = schedule.open_loop   ? schedule.requests.size()
                             : plan.stop.requests ? *plan.stop.requests + plan.warmup.requests
                                                  : 0;
  manifest.counts.planned = each * targets.size();
  return manifest;
}

record::ClientHealth client_health(const load::ClientMeasure& measure,
                                   const analysis::RunSummary& summary,
                                   std::span<const record::Row> rows) {
  record::ClientHealth health;
  health.verdict =
      summary.client.ok ? record::ClientVerdict::kOk : record::ClientVerdict::kBottleneck;
  if (!summary.client.ok) health.reason = summary.client.text;
  health.lag_p50 = measure.lag_p50;
  health.lag_p99 = measure.lag_p99;
  health.lag_max = measure.lag_max;
  health.cpu_share = measure.cpu_share;
  std::vector<double> lags;
  for (const record::Row& row : rows) {
    if (row.sent != kNever && row.planned != kNever) {
      lags.push_back(static_cast<double>(row.sent - row.planned));
    }
  }
  if (lags.empty()) return health;
  const stats::Sorted sorted(std::move(lags));
  health.schedule_lag_p50 = static_cast<Nanos>(*stats::quantile(sorted, 0.5));
  health.schedule_lag_p99 = static_cast<Nanos>(*stats::quantile(sorted, 0.99));
  return health;
}

double kernel_stamp_share(std::span<const record::Row> rows) {
  std::uint64_t reads = 0;
  std::uint64_t stamped = 0;
  for (const record::Row& row : rows) {
    reads += row.reads;
    stamped += row.stamped_reads;
  }
  return reads == 0 ? 0 : static_cast<double>(stamped) / static_cast<double>(reads);
}

record::Redactor secrets_of(const plan::Plan& plan, std::span<const ProbedTarget> targets) {
  record::Redactor redactor;
  for (const plan::Target& target : plan.targets) {
    for (const auto& header : target.headers) redactor.add_secret(header.second);
  }
  for (const ProbedTarget& target : targets) {
    for (const net::Header& header : target.load->headers) {
      redactor.add_secret(header.value);
      constexpr std::string_view kBearer = "Bearer ";
      if (header.value.starts_with(kBearer))
        redactor.add_secret(header.value.substr(kBearer.size()));
    }
  }
  return redactor;
}

}  // namespace tt::trial
