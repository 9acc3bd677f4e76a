// How long `analyze` takes on a long run: the whole program, the data of each single view, and the
// same quantiles by DuckDB's SQL and by pandas, where that is installed, in the same run.
//   bench_analyze [--json] [--rows N]
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "bench_kit.h"
#include "long_run.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "analysis/analyze.h"
#include "record/duck.h"
#include "record/frame.h"

namespace tt::bench {
namespace {

using namespace analysis;  // NOLINT(google-build-using-namespace): the views are what is measured

constexpr std::array<std::size_t, 2> kChunks = {0, 16};
constexpr int kRepeats = 3;

// --- Measuring

template <class Work>
double milliseconds(Work&& work) {
  const Nanos began = steady_now();
  work();
  return to_millis(steady_now() - began);
}

ProgramCost analyze(const std::string& folder) {
  return run_program({TT_PROGRAM, "analyze", folder});
}

struct View {
  const char* name;
  std::function<void(const Slice&, const TimeGrid&)> make;
};

const std::vector<View>& views() {
  static const std::vector<View> kViews = {
      {"TTFT distribution", [](const Slice& s, auto&) { shape(s, MetricId::kTtft); }},
      {"TPOT distribution", [](const Slice& s, auto&) { shape(s, MetricId::kTpot); }},
      {"ITL distribution", [](const Slice& s, auto&) { shape(s, MetricId::kItl); }},
      {"E2E distribution", [](const Slice& s, auto&) { shape(s, MetricId::kE2e); }},
      {"timeline", [](const Slice& s, auto& grid) { make_timeline(s, grid, {}); }},
      {"rolling mean", [](const Slice& s, auto&) { rolling_mean(s, MetricId::kTtft, 50); }},
      {"heatmap", [](const Slice& s, auto& grid) { make_heatmap(s, MetricId::kE2e, grid); }},
      {"warm-up", [](const Slice& s, auto&) { find_warmup(s, MetricId::kTtft); }},
      {"degradation, drift", [](const Slice& s, auto&) { steadiness(s, MetricId::kE2e); }},
      {"by concurrency", [](const Slice& s, auto&) { group_by(s, GroupBy::kConcurrency); }},
      {"by input tokens", [](const Slice& s, auto&) { group_by(s, GroupBy::kInputTokens); }},
      {"smoothness, stalls", [](const Slice& s, auto&) { smoothness(s, 6); }},
      {"where time goes", [](const Slice& s, auto&) { mean_parts(s); }},
      {"lengths", [](const Slice& s, auto&) { lengths(s); }},
      {"scatter, prefill rate",
       [](const Slice& s, auto&) {
         prefill_rate(scatter(s, Quantity::kInputTokens, Quantity::kTtft));
       }},
      {"decode against load", [](const Slice& s, auto&) { decode_load(s); }},
      {"anomalies",
       [](const Slice& s, auto&) { find_anomalies(s, Quantity::kOutputTokens, Quantity::kE2e); }},
      {"correlations", [](const Slice& s, auto&) { correlations(s); }},
      {"errors", [](const Slice& s, auto&) { failures(s); }}};
  return kViews;
}

// Milliseconds: reading the rows, then each view on rows that nothing has been computed of yet.
std::vector<double> time_views(const std::string& folder) {
  std::vector<double> times;
  record::Frame frame;
  times.push_back(milliseconds([&] {
    auto read = record::read_frame(folder + "/requests.parquet", true);
    if (!read) give_up(read.error().text());
    frame = std::move(*read);
  }));
  const auto slices = make_slices(frame, 1);
  const TimeGrid grid = make_grid(slices);
  for (const View& view : views()) {
    std::vector<double> repeats;
    for (int i = 0; i < kRepeats; ++i) {
      const Slice fresh = without_first(slices[0], 0);
      repeats.push_back(milliseconds([&] { view.make(fresh, grid); }));
    }
    times.push_back(median(repeats));
  }
  return times;
}

// The table of percentiles and all the curves, from the file.
double time_quantiles(const std::string& folder, bool gaps) {
  return milliseconds([&] {
    const auto frame = record::read_frame(folder + "/requests.parquet", gaps);
    if (!frame) give_up(frame.error().text());
    const auto slices = make_slices(*frame, 1);
    if (gaps) {
      shape(slices[0], MetricId::kItl);
      return;
    }
    for (const MetricId id : {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e}) {
      shape(slices[0], id);
    }
  });
}

// --- Others

constexpr const char* kQuantiles = "[0.5, 0.9, 0.95, 0.99, 0.999]";

double time_duckdb(const std::string& folder, bool gaps) {
  return milliseconds([&] {
    auto session = record::DuckSession::open();
    if (!session) give_up(session.error().text());
    const std::string rows = fmt::format(
        "FROM read_parquet('{}/requests.parquet') WHERE status = 'ok' AND NOT warmup", folder);
    const std::string sql =
        gaps ? fmt::format(
                   "SELECT quantile_cont(gap, {}) FROM (SELECT unnest(list_transform(range("
                   "2, len(chunk_at_ns) + 1), lambda i: (chunk_at_ns[i] - chunk_at_ns[i - "
                   "1]) / 1e6)) AS gap {})",
                   kQuantiles, rows)
             : fmt::format(
                   "SELECT quantile_cont((first_token_ns - sent_ns) / 1e6, {0}), "
                   "quantile_cont((last_token_ns - first_token_ns) / 1e6 / (output_tokens - 1), "
                   "{0}), quantile_cont((end_ns - sent_ns) / 1e6, {0}) {1}",
                   kQuantiles, rows);
    for (const std::string& statement : {std::string("SET threads = 2"), sql}) {
      if (auto done = session->run(statement, "sql"); !done) give_up(done.error().text());
    }
  });
}

// Debian's pandas has no Parquet reader of its own: it gets the columns as CSV. Seconds of reading
// and of computing; empty where pandas is not there.
std::vector<double> time_pandas(const std::string& folder) {
  const std::string csv = folder + "/columns.csv";
  auto session = record::DuckSession::open();
  if (!session) give_up(session.error().text());
  const auto copied = session->run(
      fmt::format("COPY (SELECT sent_ns, first_token_ns, last_token_ns, end_ns, output_tokens FROM "
                  "read_parquet('{}/requests.parquet') WHERE status = 'ok') TO '{}' (HEADER)",
                  folder, csv),
      "sql");
  if (!copied) give_up(copied.error().text());
  const std::string script = folder + "/quantiles.py";
  std::ofstream(script) << "import time, pandas as pd\n"
                           "a = time.time(); d = pd.read_csv('" +
                               csv +
                               "'); b = time.time()\n"
                               "q = [0.5, 0.9, 0.95, 0.99, 0.999]\n"
                               "f = d.first_token_ns\n"
                               "((f - d.sent_ns) / 1e6).quantile(q)\n"
                               "((d.last_token_ns - f) / 1e6 / (d.output_tokens - 1)).quantile(q)\n"
                               "((d.end_ns - d.sent_ns) / 1e6).quantile(q)\n"
                               "print((b - a) * 1e3, (time.time() - b) * 1e3)\n";
  FILE* pipe = popen(("/usr/bin/python3 " + script + " 2>/dev/null").c_str(), "r");
  std::vector<double> times(2);
  const int read = pipe == nullptr ? 0 : std::fscanf(pipe, "%lf %lf", &times[0], &times[1]);
  if (pipe != nullptr) pclose(pipe);
  return read == 2 ? times : std::vector<double>();
}

// --- All of it

struct Figures {
  ProgramCost whole;
  std::vector<double> views;
  double ours = 0;
  double duckdb = 0;
  double ours_gaps = 0;
  double duckdb_gaps = 0;
  std::vector<double> pandas;
};

Figures measure(const std::string& folder, bool gaps) {
  Figures f;
  std::vector<double> ours, duckdb, whole;
  for (int i = 0; i < kRepeats; ++i) {  // in turns, so that a drift favours neither
    const ProgramCost one = analyze(folder);
    whole.push_back(one.seconds * 1e3);
    f.whole.peak_mb = std::max(f.whole.peak_mb, one.peak_mb);
    ours.push_back(time_quantiles(folder, false));
    duckdb.push_back(time_duckdb(folder, false));
  }
  f.whole.seconds = median(whole) / 1e3;
  f.ours = median(ours);
  f.duckdb = median(duckdb);
  f.views = time_views(folder);
  if (gaps) {
    f.ours_gaps = time_quantiles(folder, true);
    f.duckdb_gaps = time_duckdb(folder, true);
  } else {
    f.pandas = time_pandas(folder);
  }
  return f;
}

void print_tables(const std::array<Figures, 2>& all, std::size_t rows) {
  std::printf("A run of %zu requests of one target; medians of %d. Times in ms.\n\n", rows,
              kRepeats);
  const auto ms = [](double value) { return fmt::format("{:.0f}", value); };
  Table whole({"", "no chunks", fmt::format("{} chunks each", kChunks[1])});
  whole.add({"tokentrial analyze", ms(all[0].whole.seconds * 1e3), ms(all[1].whole.seconds * 1e3)});
  whole.add({"its peak memory, MB", ms(all[0].whole.peak_mb), ms(all[1].whole.peak_mb)});
  whole.add({"reading the rows", ms(all[0].views[0]), ms(all[1].views[0])});
  for (std::size_t v = 0; v < views().size(); ++v) {
    whole.add({views()[v].name, ms(all[0].views[v + 1]), ms(all[1].views[v + 1])});
  }
  whole.print();
  std::printf(
      "\nFrom the file to five quantiles of TTFT, TPOT and E2E (ours with intervals and "
      "curves):\n");
  Table others({"", "ms", "times ours"});
  const auto add = [&](const char* name, double value, double ours) {
    others.add({name, ms(value), fmt::format("{:.1f}", value / ours)});
  };
  add("tokentrial", all[0].ours, all[0].ours);
  add("DuckDB, 2 threads", all[0].duckdb, all[0].ours);
  if (!all[0].pandas.empty()) {
    add("pandas, from CSV", all[0].pandas[0] + all[0].pandas[1], all[0].ours);
    add("pandas, the rows in memory", all[0].pandas[1], all[0].ours);
  }
  add("ITL: tokentrial", all[1].ours_gaps, all[1].ours_gaps);
  add("ITL: DuckDB, 2 threads", all[1].duckdb_gaps, all[1].ours_gaps);
  others.print();
}

void print_json(const std::array<Figures, 2>& all, std::size_t rows) {
  std::printf("{\"rows\":%zu", rows);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Figures& f = all[i];
    std::printf(
        ",\"chunks_%zu\":{\"analyze_ms\":%.1f,\"peak_mb\":%.1f,\"read_ms\":%.1f,"
        "\"quantiles_ms\":%.1f,\"duckdb_ms\":%.1f,\"views_ms\":{",
        kChunks[i], f.whole.seconds * 1e3, f.whole.peak_mb, f.views[0], f.ours, f.duckdb);
    for (std::size_t v = 0; v < views().size(); ++v) {
      std::printf("%s\"%s\":%.1f", v > 0 ? "," : "", views()[v].name, f.views[v + 1]);
    }
    std::printf("},\"itl_ms\":%.1f,\"itl_duckdb_ms\":%.1f,\"pandas_ms\":[%s]}", f.ours_gaps,
                f.duckdb_gaps, fmt::format("{}", fmt::join(f.pandas, ",")).c_str());
  }
  std::printf("}\n");
}

}  // namespace
}  // namespace tt::bench

int main(int argc, char** argv) {
  using namespace tt::bench;
  std::size_t rows = 1'000'000;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--rows") == 0) {
      rows = std::max<std::size_t>(1000, std::strtoull(argv[i + 1], nullptr, 10));
    }
  }
  const std::string results =
      (std::filesystem::temp_directory_path() / fmt::format("tokentrial-bench-{}", getpid()))
          .string();
  std::array<Figures, 2> all;
  for (std::size_t i = 0; i < kChunks.size(); ++i) {
    all[i] = measure(make_run(results, {.requests = rows, .chunks = kChunks[i]}), kChunks[i] > 0);
  }
  std::filesystem::remove_all(results);
  if (wants_json(argc, argv)) {
    print_json(all, rows);
  } else {
    print_tables(all, rows);
  }
  return 0;
}
