// What each kind of document and a picture take, of a run of two targets: the whole program, from
// the run's folder to the file.
//   bench_report [--json] [--rows N]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "bench_kit.h"
#include "long_run.h"
#include <fmt/format.h>
#include <unistd.h>

namespace tt::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTokens = 16;  // of each answer
// Of a million requests all of it takes some minutes.
constexpr std::size_t kLong = 100'000;
constexpr int kRepeats = 3;

struct Line {
  std::string what;
  ProgramCost cost;
  double file_mb = 0;
};

double megabytes_below(const fs::path& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes / 1e6;
}

class Meter {
 public:
  Meter(fs::path out, int repeats) : out_(std::move(out)), repeats_(repeats) {}

  // The quickest of its repeats, each into a folder that is empty. `place` is below that folder.
  void measure(const std::string& what, std::vector<std::string> command,
               const std::string& place) {
    command.insert(command.begin(), TT_PROGRAM);
    command.insert(command.end(), {"--output", out_ / place});
    Line line{.what = what, .cost = {.seconds = 1e9}};
    for (int i = 0; i < repeats_; ++i) {
      fs::remove_all(out_);
      fs::create_directories(out_);
      const ProgramCost cost = run_program(command);
      if (cost.seconds < line.cost.seconds) line.cost = cost;
    }
    line.file_mb = megabytes_below(out_);
    lines_.push_back(line);
  }

  const std::vector<Line>& lines() const { return lines_; }

 private:
  fs::path out_;
  int repeats_;
  std::vector<Line> lines_;
};

std::vector<Line> measure_all(const std::string& run, const fs::path& out, int repeats) {
  Meter meter(out, repeats);
  for (const std::string chart : {"ttft-distribution", "itl-ecdf", "ttft-over-time", "dashboard"}) {
    meter.measure("chart " + chart, {"chart", run, chart, "--format", "svg"}, "chart.svg");
  }
  for (const std::string format : {"md", "html", "pdf", "docx", "pptx", "xlsx"}) {
    meter.measure("report " + format, {"report", run, "--format", format}, "report." + format);
  }
  for (const std::string format : {"json", "csv", "parquet"}) {  // a folder of files
    meter.measure("report " + format, {"report", run, "--format", format}, "files");
  }
  return meter.lines();
}

void print(const std::vector<Line>& lines, std::size_t rows, int repeats, bool json) {
  if (!json) {
    std::printf("A run of %zu requests of two targets, %zu tokens each; the quickest of %d.\n\n",
                rows, kTokens, repeats);
  }
  Table table({"", "s", "CPU s", "peak MB", "files, MB"});
  for (const Line& line : lines) {
    if (json) {
      std::printf(
          "{\"bench\":\"report\",\"rows\":%zu,\"what\":\"%s\",\"s\":%.3f,\"cpu_s\":%.3f,"
          "\"peak_mb\":%.1f,\"files_mb\":%.2f}\n",
          rows, line.what.c_str(), line.cost.seconds, line.cost.cpu_s, line.cost.peak_mb,
          line.file_mb);
    }
    table.add({line.what, fmt::format("{:.2f}", line.cost.seconds),
               fmt::format("{:.2f}", line.cost.cpu_s), fmt::format("{:.0f}", line.cost.peak_mb),
               fmt::format("{:.2f}", line.file_mb)});
  }
  if (!json) table.print();
}

}  // namespace
}  // namespace tt::bench

int main(int argc, char** argv) {
  using namespace tt::bench;
  std::vector<std::size_t> sizes = {10'000, 1'000'000};
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--rows") == 0) {
      sizes = {std::max<std::size_t>(1000, std::strtoull(argv[i + 1], nullptr, 10))};
    }
  }
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("tokentrial-bench-{}", getpid());
  for (const std::size_t rows : sizes) {
    const auto run =
        make_run(folder / "results", {.requests = rows, .chunks = kTokens, .targets = 2});
    const int repeats = rows < kLong ? kRepeats : 1;
    print(measure_all(run, folder / "out", repeats), rows, repeats, wants_json(argc, argv));
    std::fflush(stdout);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
