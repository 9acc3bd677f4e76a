#include "long_run.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "bench_kit.h"
#include <fmt/format.h>

#include "base/rng.h"
#include "record/manifest.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::bench {
namespace {

constexpr std::size_t kTemplates = 20'000;  // then they repeat
constexpr Nanos kApart = 2 * kMillisecond;

record::Row make_row(std::size_t i, const LongRun& wanted, Rng& rng) {
  record::Row row;
  row.index = i;
  row.request_id = fmt::format("bench-{}", i);
  row.target = static_cast<std::uint32_t>(i % wanted.targets);
  row.planned = row.sent = static_cast<Nanos>(i) * kApart;
  row.input_tokens = 64 + static_cast<std::uint32_t>(rng.below(1024));
  row.output_tokens = 16 + static_cast<std::uint32_t>(rng.below(128));
  const double slower = 1 + 0.1 * row.target;
  const double ttft_ms = slower * (20 + row.input_tokens / 20.0) * std::exp(0.3 * rng.normal());
  row.first_byte = row.first_token = row.sent + from_seconds(ttft_ms / 1e3);
  Nanos at = row.first_token;
  for (std::size_t c = 0; c < wanted.chunks; ++c) {
    row.chunk_at.push_back(at);
    row.chunk_tokens.push_back(1);
    at += from_seconds(slower * 0.006 * std::exp(0.2 * rng.normal()));
  }
  if (wanted.chunks == 0) {
    at += row.output_tokens * from_seconds(slower * 0.0008 * std::exp(0.2 * rng.normal()));
  }
  row.last_token = row.end = at;
  row.status = rng.below(200) == 0 ? Status::kOverloaded : Status::kOk;
  row.http_code = row.ok() ? 200 : 429;
  if (!row.ok()) row.error = "busy";
  row.input_source = row.output_source = TokenSource::kUsage;
  row.lag_mean = row.lag_max = 20 * kMicrosecond;
  row.reads = row.stamped_reads = static_cast<std::uint32_t>(wanted.chunks + 1);
  return row;
}

void shift(record::Row& row, Nanos by) {
  for (Nanos* at :
       {&row.planned, &row.sent, &row.first_byte, &row.first_token, &row.last_token, &row.end}) {
    *at += by;
  }
  for (Nanos& at : row.chunk_at) at += by;
}

record::Manifest manifest_of(const record::RunFolder& folder, const LongRun& wanted) {
  record::Manifest manifest;
  manifest.run_id = folder.id();
  manifest.name = "bench";
  manifest.status = record::RunStatus::kCompleted;
  manifest.duration = static_cast<Nanos>(wanted.requests) * kApart;
  manifest.counts.rows = manifest.counts.sent = wanted.requests;
  manifest.plan_yaml = "name: bench\ntargets:\n";
  for (std::size_t t = 0; t < wanted.targets; ++t) {
    const std::string name = fmt::format("engine-{}", t + 1);
    manifest.targets.push_back({.name = name, .engine = "vllm", .model = "m"});
    manifest.plan_yaml +=
        fmt::format("  - {{name: {}, url: \"http://127.0.0.1:{}\"}}\n", name, t + 1);
  }
  manifest.plan_yaml += "load:\n  concurrency: 64\nworkload:\n  input: 256\n  output: 64\n";
  return manifest;
}

}  // namespace

std::string make_run(const std::string& results, const LongRun& wanted) {
  Rng rng(1);
  std::vector<record::Row> rows;
  const std::size_t kept = kTemplates / wanted.targets * wanted.targets;
  for (std::size_t i = 0; i < std::min(wanted.requests, kept); ++i) {
    rows.push_back(make_row(i, wanted, rng));
  }
  const auto folder = record::RunFolder::create(
      results, fmt::format("bench-{}-{}", wanted.requests, wanted.chunks), realtime_now());
  if (!folder) give_up(folder.error().text());
  std::size_t at = 0;
  const record::RowSource next = [&](record::Row& row) {
    if (at == wanted.requests) return false;
    row = rows[at % rows.size()];
    row.index = at;
    shift(row, static_cast<Nanos>(at / rows.size() * rows.size()) * kApart);
    ++at;
    return true;
  };
  const auto written = record::write_rows(folder->file(record::kRequestsFile), next);
  if (!written) give_up(written.error().text());
  const auto saved =
      record::save_manifest(folder->file(record::kManifestFile), manifest_of(*folder, wanted));
  if (!saved) give_up(saved.error().text());
  return folder->path();
}

}  // namespace tt::bench
