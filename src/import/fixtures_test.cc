// Every fixture of tests/corpus/import: what becomes of it is compared with tests/gold/import.
// TT_UPDATE_GOLD=1 writes the gold files anew; read the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "import/import.h"
#include "import/test_import.h"
#include "record/columns.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::import {
namespace {

namespace fs = std::filesystem;

// What a reader wants to know of a run, without what changes from build to build.
std::string text_of(const ImportedRun& run) {
  const record::Manifest& m = run.manifest;
  const auto& o = *m.origin;
  std::string out =
      fmt::format("{}\nformat {}, tool {}\nname {}, started {}, anchored {}\n", run.title, o.format,
                  o.tool, m.name, format_utc(m.started_realtime), m.anchor_realtime != 0);
  for (const auto& t : m.targets) {
    out += fmt::format("target '{}' engine '{}' model '{}'\n", t.name, t.engine, t.model);
  }
  out += fmt::format("read {} = kept {} + rejected {}; ok {}", o.rows_read, o.rows_kept,
                     o.rows_rejected, m.counts.ok);
  for (const auto& [name, n] : m.counts.failed) out += fmt::format(", {} {}", name, n);
  out +=
      fmt::format("\nload '{}' open {} workload '{}' duration {} ms at once {:.3f}\n", o.load_text,
                  o.open_loop, o.workload_text, to_millis(m.duration), run.mean_concurrency);
  out += fmt::format("tokens in {}-{}, out {}-{}\nquality {:.1f}\n", run.least_input,
                     run.most_input, run.least_output, run.most_output, o.quality);
  for (const auto& f : o.findings) {
    out += fmt::format("  {} x{} -{:.3f}: {}\n", f.id, f.count, f.points, f.text);
  }
  for (const auto& note : m.notes) out += "note " + note + "\n";
  out += fmt::format("{} figures\n", o.figures.size());
  return out;
}

std::string rows_of(const ImportedRun& run) {
  const auto rows = record::read_rows(run.folder + "/" + std::string(record::kRequestsFile));
  if (!rows) return rows.error().text() + "\n";
  std::string out = record::csv_header() + "\n";
  for (const record::Row& row : *rows) {
    record::append_csv(out, row);
    out += '\n';
  }
  return out;
}

std::string import_text(const std::string& path, bool keep_invalid) {
  const TempFolder results;
  const std::vector<std::string> paths = {path};
  const auto outcomes =
      import_files(paths, {.results_dir = results.path(), .keep_invalid = keep_invalid});
  std::string out;
  for (const FileOutcome& file : outcomes) {
    if (!file.runs) {
      out += "error: " + file.runs.error().message + "\n";
      continue;
    }
    for (const ImportedRun& run : *file.runs) out += text_of(run) + rows_of(run) + "\n";
  }
  // The files' place differs from machine to machine.
  for (std::size_t at; (at = out.find(path)) != std::string::npos;) {
    out.replace(at, path.size(), fs::path(path).filename().string());
  }
  return out;
}

class Fixture : public testing::TestWithParam<std::string> {};

TEST_P(Fixture, BecomesWhatItDid) {
  const fs::path path = fs::path(kFixtures) / GetParam();
  std::string actual = import_text(path.string(), false);
  if (GetParam() == "locust-faults.csv") {
    actual += "---- kept\n" + import_text(path.string(), true);
  }
  expect_gold(actual, GetParam() + ".txt");
}

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFixtures)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Import, Fixture, testing::ValuesIn(fixtures()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace tt::import
