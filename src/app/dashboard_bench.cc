// What the dashboard's server takes for a large run: the first chart after it is opened, what a
// change of the filter takes in charts, figures and the list of requests, and its memory.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "app/dashboard_studio.h"
#include "base/rng.h"
#include "record/manifest.h"
#include "record/parquet.h"
#include "record/run_folder.h"
#include "serve/api.h"

namespace tt::app {
namespace {

constexpr std::uint32_t kTargets = 2;

// A load of 16 s for every 10,000 requests; a few fail.
record::Row row_at(std::uint64_t index, std::uint32_t tokens, Rng& rng) {
  record::Row row;
  row.index = index / kTargets;
  row.target = static_cast<std::uint32_t>(index % kTargets);
  row.planned = row.sent = static_cast<Nanos>(index) * 1600 * kMicrosecond;
  row.input_tokens = static_cast<std::uint32_t>(rng.between(20, 2000));
  row.input_source = TokenSource::kUsage;
  row.reads = row.stamped_reads = tokens;
  row.lag_mean = row.lag_max = 10 * kMicrosecond;
  if (rng.below(200) == 0) {
    row.status = Status::kTotalTimeout;
    row.end = row.sent + 60 * kSecond;
    row.error = "no answer within 60 s";
    return row;
  }
  row.status = Status::kOk;
  row.http_code = 200;
  const auto count = static_cast<std::uint32_t>(rng.between(tokens / 2, tokens * 3 / 2));
  Nanos at = row.sent + rng.between(20, 120) * kMillisecond + row.input_tokens * 50 * kMicrosecond;
  row.first_byte = row.first_token = at;
  for (std::uint32_t i = 0; i < count; ++i) {
    row.chunk_at.push_back(at);
    row.chunk_tokens.push_back(1);
    row.last_token = at;
    at += rng.between(8'000, 14'000) * kMicrosecond;
  }
  row.end = row.last_token;
  row.output_tokens = row.planned_output_tokens = count;
  row.output_source = TokenSource::kUsage;
  return row;
}

std::string make_run(const std::string& results, std::uint64_t rows, std::uint32_t tokens) {
  const auto folder = record::RunFolder::create(results, "bench", 1'700'000'000 * kSecond);
  if (!folder) std::abort();
  Rng rng(1);
  std::uint64_t next = 0;
  const auto written =
      record::write_rows(folder->file(record::kRequestsFile), [&](record::Row& row) {
        if (next == rows) return false;
        row = row_at(next++, tokens, rng);
        return true;
      });
  record::Manifest manifest{.run_id = folder->id(),
                            .name = "bench",
                            .status = record::RunStatus::kCompleted,
                            .started_realtime = 1'700'000'000 * kSecond,
                            .duration = static_cast<Nanos>(rows) * 1600 * kMicrosecond,
                            .targets = {{.name = "a", .engine = "vllm"}, {.name = "b"}}};
  manifest.counts.rows = manifest.counts.sent = rows;
  manifest.plan_yaml =
      "name: bench\ntargets:\n  - {name: a, url: \"http://a:1\"}\n"
      "  - {name: b, url: \"http://b:1\"}\nload: {rate: 625}\n";
  if (!written || !record::save_manifest(folder->file(record::kManifestFile), manifest)) {
    std::abort();
  }
  return folder->id();
}

std::size_t resident_mb() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  file >> pages >> pages;
  return pages * 4096 >> 20;
}

class Bench {
 public:
  explicit Bench(serve::Router& router) : router_(router) {}

  double call(const std::string& path) {
    serve::Request request;
    request.target = *serve::parse_target(path);
    const auto route = router_.find(request);
    if (!route) std::abort();
    const auto began = std::chrono::steady_clock::now();
    const auto reply = (*route)->answer(request);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    if (reply.status != 200) {
      fmt::print("{}: {}\n", path, reply.body);
      std::exit(1);
    }
    bytes_ = reply.body.size();
    return took.count();
  }

  void show(std::string_view what, const std::string& path) {
    const double first = call(path);
    const std::size_t bytes = bytes_;
    const double again = call(path);
    fmt::print("{:<58} {:>10.1f} {:>10.1f} {:>9} {:>8}\n", what, first, again, bytes >> 10,
               resident_mb());
    fmt::print("{{\"bench\":\"dashboard\",\"what\":\"{}\",\"ms\":{:.2f},\"again_ms\":{:.2f}}}\n",
               what, first, again);
  }

 private:
  serve::Router& router_;
  std::size_t bytes_ = 0;
};

void measure(const std::string& results, const std::string& run) {
  using namespace serve;
  DashboardStudio studio(results);
  RunLibrary library(results, studio);
  const Guard guard({.port = 1, .access_token = "", .page_token = "page"});
  Hub hub("bench");
  const Meter meter;
  Uploads uploads(results);
  TemplateShelf templates{uploads};
  const PlanShelf plans(results);
  JobQueue jobs;
  const Api api{library, studio, guard, hub, meter, jobs, uploads, templates, plans, {}};
  Router router;
  add_run_paths(router, api);
  add_request_paths(router, api);
  add_chart_paths(router, api);
  Bench bench(router);
  fmt::print("{:<58} {:>10} {:>10} {:>9} {:>8}\n", "", "ms", "again, ms", "KB", "RSS, MB");
  const std::string runs = "?runs=" + run;
  bench.show("first chart after opening: ttft-ecdf", "/api/v1/charts/ttft-ecdf" + runs);
  const std::string requests = "/api/v1/runs/" + run + "/requests";
  bench.show("requests, first page", requests + "?limit=100");
  bench.show("requests, sorted by E2E", requests + "?limit=100&sort=-e2e_ms");
  int cut = 100;  // a filter of its own each time: nothing is kept from the one before
  for (const std::string filter :
       {"max_ttft_ms=", "min_sent_s=50&max_sent_s=", "max_input_tokens=1"}) {
    const std::string part = "&" + filter + std::to_string(cut++);
    fmt::print("filter {}\n", part);
    bench.show("  figures", "/api/v1/figures" + runs + part);
    for (const auto* chart : {"ttft-ecdf", "e2e-distribution", "ttft-over-time",
                              "throughput-over-time", "tokens-ttft", "errors"}) {
      if (chart::find_chart(chart) == nullptr) continue;
      bench.show(fmt::format("  chart {}", chart),
                 fmt::format("/api/v1/charts/{}{}{}", chart, runs, part));
    }
    bench.show("  requests, sorted", requests + "?limit=100&sort=-e2e_ms" + part);
  }
  fmt::print("all charts of rows, with a filter\n");
  const std::string part = "&max_ttft_ms=150";
  bench.call("/api/v1/figures" + runs + part);
  for (const auto& entry : chart::catalogue()) {
    if (entry.needs != chart::Needs::kRun && entry.needs != chart::Needs::kTargets) continue;
    bench.show(fmt::format("  chart {}", entry.id),
               fmt::format("/api/v1/charts/{}{}{}", entry.id, runs, part));
  }
}

}  // namespace
}  // namespace tt::app

int main(int argc, char** argv) {
  const std::uint64_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const auto tokens =
      static_cast<std::uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 32);
  std::string folder = (std::filesystem::temp_directory_path() / "tt-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const auto run = tt::app::make_run(folder, rows, tokens);
  fmt::print("{} requests of {} targets, about {} tokens each, {} MB on disk\n", rows,
             tt::app::kTargets, tokens,
             std::filesystem::file_size(folder + "/" + run + "/requests.parquet") >> 20);
  tt::app::measure(folder, run);
  std::filesystem::remove_all(folder);
  return 0;
}
