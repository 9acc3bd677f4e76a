// How fast result files become run folders, against DuckDB's own copy of the same files into
// Parquet and pandas' reading of them (which writes nothing, and takes three quantiles of TTFT) in
// the same run, in turns. Ours checks every row, counts, finds outliers and writes the manifest
// besides. Each reading is in a process of its own, so that its peak memory can be read.
//   bench_import [--mb SIZE] [--files N] [--repeats N] [--texts] [--threads N] [--json]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <duckdb.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "base/time.h"
#include "import/import.h"

namespace {

using namespace tt;

struct Settings {
  std::uint64_t megabytes = 300;
  int files = 1;
  int repeats = 3;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  bool texts = false;
  bool json = false;
};

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "bench_import: {}\n", what);
  std::_Exit(1);
}

// A llm-locust file of about so many bytes; gives the number of rows.
std::uint64_t generate(const std::string& path, std::uint64_t bytes, bool texts,
                       std::uint64_t seed) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) give_up("cannot write " + path);
  fmt::print(file,
             "request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,"
             "tpot_ms,end_to_end_s,total_tokens_per_sec,output_tokens_per_sec,status_code{}\r\n",
             texts ? ",input_prompt,output_text" : "");
  Rng rng(seed);
  std::string out;
  std::uint64_t written = 0;
  std::uint64_t row = 0;
  while (written < bytes) {
    out.clear();
    for (int i = 0; i < 1000; ++i) {
      const bool failed = rng.below(500) == 0;
      const auto tokens = failed ? 0 : rng.between(100, 156);
      const double ttft = failed ? 0 : 200 + 40 * rng.exponential();
      const double tpot = failed ? 0 : 12 + rng.normal();
      const double whole = failed ? 0.012 : (ttft + tpot * static_cast<double>(tokens)) / 1e3;
      const auto input = rng.between(240, 270);
      fmt::format_to(std::back_inserter(out),
                     "{},{},{},{},{},{},{:.3f},{:.4f},{:.6f},{:.3f},{:.3f},{}", row + 1,
                     1'759'519'473 + row / 500, row % 50, row / 50, input, tokens, ttft, tpot,
                     whole, static_cast<double>(input + tokens) / whole,
                     static_cast<double>(tokens) / whole, failed ? 503 : 200);
      if (texts)
        out += ",\"Hello, \"\"world\"\"\nplease\",\"A horse, of course, walks into a bar\"";
      out += "\r\n";
      ++row;
    }
    std::fwrite(out.data(), 1, out.size(), file);
    written += out.size();
  }
  std::fclose(file);
  return row;
}

struct Reading {
  double seconds = 0;
  double cpu = 0;
  double peak_mb = 0;
};

// Runs `work` in a child and reads its time and its peak memory. What was written before is on the
// disk by then, so that nobody pays for another's files.
Reading read_child(const std::function<void()>& work) {
  ::sync();
  const Nanos began = steady_now();
  const pid_t pid = ::fork();
  if (pid < 0) give_up("fork failed");
  if (pid == 0) {
    work();
    std::_Exit(0);
  }
  int status = 0;
  rusage usage{};
  if (::wait4(pid, &status, 0, &usage) != pid || status != 0) give_up("a reading failed");
  const auto cpu = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return {to_seconds(steady_now() - began), cpu(usage.ru_utime) + cpu(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

void import_all(const std::vector<std::string>& files, const std::string& results,
                unsigned threads) {
  const auto outcomes =
      import::import_files(files, {.results_dir = results, .threads = threads, .now = kSecond});
  for (const auto& file : outcomes) {
    if (!file.runs) give_up(file.runs.error().text());
  }
}

// As a user of DuckDB would write it, with its own settings.
void copy_all(const std::vector<std::string>& files, const std::string& results, unsigned threads) {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(nullptr, &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess) {
    give_up("DuckDB does not open");
  }
  const auto run = [&](const std::string& sql) {
    duckdb_result result;
    if (duckdb_query(connection, sql.c_str(), &result) != DuckDBSuccess) {
      give_up(duckdb_result_error(&result));
    }
    duckdb_destroy_result(&result);
  };
  run(fmt::format("SET threads = {}", threads));
  for (std::size_t i = 0; i < files.size(); ++i) {
    run(fmt::format("COPY (SELECT * FROM read_csv('{}')) TO '{}/{}.parquet' (FORMAT parquet)",
                    files[i], results, i));
  }
  duckdb_disconnect(&connection);
  duckdb_close(&database);
}

// As a user of pandas would: one file after the other.
void read_with_pandas(const std::vector<std::string>& files) {
  const char* script =
      "import sys, pandas\n"
      "for name in sys.argv[1:]:\n"
      "    pandas.read_csv(name)['ttft_ms'].quantile([0.5, 0.95, 0.99])\n";
  std::vector<const char*> words = {"/usr/bin/python3", "-c", script};
  for (const auto& file : files) words.push_back(file.c_str());
  words.push_back(nullptr);
  execv("/usr/bin/python3", const_cast<char* const*>(words.data()));
  std::_Exit(127);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Settings settings_of(int argc, char** argv) {
  Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (word == "--mb") s.megabytes = number();
    if (word == "--files") s.files = static_cast<int>(number());
    if (word == "--repeats") s.repeats = static_cast<int>(number());
    if (word == "--threads") s.threads = static_cast<unsigned>(number());
    if (word == "--texts") s.texts = true;
    if (word == "--json") s.json = true;
  }
  if (s.megabytes == 0 || s.files <= 0 || s.repeats <= 0 || s.threads == 0) {
    give_up("sizes and counts are from 1");
  }
  return s;
}

struct Contestant {
  const char* name;
  std::vector<double> seconds = {};
  std::vector<double> cpu = {};
  double peak_mb = 0;

  void add(const Reading& reading) {
    seconds.push_back(reading.seconds);
    cpu.push_back(reading.cpu);
    peak_mb = std::max(peak_mb, reading.peak_mb);
  }
};

struct Results {
  Contestant ours{"tokentrial import"};
  Contestant duckdb{"DuckDB COPY read_csv"};
  Contestant pandas{"pandas read_csv"};
};

Results measure(const std::vector<std::string>& files, const std::string& folder,
                const Settings& s) {
  Results r;
  for (int i = 0; i < s.repeats; ++i) {
    const std::string ours = folder + "/ours";
    const std::string theirs = folder + "/theirs";
    std::filesystem::create_directory(theirs);
    const auto read_ours = [&] {
      r.ours.add(read_child([&] { import_all(files, ours, s.threads); }));
    };
    if (i % 2 == 0) read_ours();
    r.duckdb.add(read_child([&] { copy_all(files, theirs, s.threads); }));
    if (i % 2 == 1) read_ours();
    r.pandas.add(read_child([&] { read_with_pandas(files); }));
    std::filesystem::remove_all(ours);
    std::filesystem::remove_all(theirs);
  }
  return r;
}

void print(const Results& r, std::uint64_t rows, const Settings& s) {
  fmt::print("{} file(s) of {} MB, {} rows, {} threads; medians of {}\n", s.files, s.megabytes,
             rows, s.threads, s.repeats);
  fmt::print("{:<22} {:>8} {:>8} {:>14} {:>10} {:>12} {:>11}\n", "", "s", "CPU s", "rows/s", "MB/s",
             "peak MB", "times ours");
  for (const Contestant* one : {&r.ours, &r.duckdb, &r.pandas}) {
    const double seconds = median(one->seconds);
    fmt::print("{:<22} {:>8.2f} {:>8.2f} {:>14.0f} {:>10.0f} {:>12.0f} {:>11.2f}\n", one->name,
               seconds, median(one->cpu), static_cast<double>(rows) / seconds,
               static_cast<double>(s.megabytes) * s.files / seconds, one->peak_mb,
               seconds / median(r.ours.seconds));
  }
  if (!s.json) return;
  fmt::print(
      "{{\"bench\":\"import\",\"rows\":{},\"ours_s\":{:.3f},\"duckdb_s\":{:.3f},\"pandas_s\":{:.3f}"
      ","
      "\"ours_peak_mb\":{:.0f},\"duckdb_peak_mb\":{:.0f},\"pandas_peak_mb\":{:.0f}}}\n",
      rows, median(r.ours.seconds), median(r.duckdb.seconds), median(r.pandas.seconds),
      r.ours.peak_mb, r.duckdb.peak_mb, r.pandas.peak_mb);
}

}  // namespace

int main(int argc, char** argv) {
  const Settings s = settings_of(argc, argv);
  std::string pattern = (std::filesystem::temp_directory_path() / "tt-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) give_up("no temporary folder");
  std::vector<std::string> files;
  std::uint64_t rows = 0;
  for (int i = 0; i < s.files; ++i) {
    files.push_back(fmt::format("{}/engine{}-20260131-120000-1a-chat-simulation.csv", pattern, i));
    rows +=
        generate(files.back(), s.megabytes * 1'000'000, s.texts, static_cast<std::uint64_t>(i + 1));
  }
  const Results r = measure(files, pattern, s);
  std::filesystem::remove_all(pattern);
  print(r, rows, s);
}
