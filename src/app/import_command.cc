// import: result files of other tools into run folders.
#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/request_value.h"
#include "analysis/samples.h"
#include "app/commands.h"
#include "app/figures_text.h"
#include "app/table.h"
#include "base/text.h"
#include "import/import.h"

namespace tt::app {
namespace {

using import::FileOutcome;
using import::ImportedRun;

constexpr std::size_t kMostFigures = 12;  // of files that have nothing else
constexpr std::size_t kMostPreview = 100;
constexpr double kGoodScore = 90;
constexpr double kFairScore = 70;

// One line on a terminal, redrawn at most ten times a second; elsewhere one every ten seconds.
class ProgressLine {
 public:
  explicit ProgressLine(Printer& to) : to_(to), began_(steady_now()), said_(began_) {}
  ~ProgressLine() {
    if (drawn_) to_.raw("\r\x1b[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& path, std::uint64_t done, std::uint64_t all) {
    const Nanos now = steady_now();
    const bool terminal = to_.look().terminal;
    if (now - said_ < (terminal ? kSecond / 10 : 10 * kSecond)) return;
    said_ = now;
    const double share = all == 0 ? 1 : static_cast<double>(done) / static_cast<double>(all);
    const std::string text = fmt::format("Reading {}: {:.0f}% of {:.1f} MB", fit_middle(path, 50),
                                         100 * share, static_cast<double>(all) / 1e6);
    if (!terminal) return to_.line(Line(text, Style::kDim));
    to_.raw("\r\x1b[K" + paint(Line(text, Style::kDim), to_.look()));
    drawn_ = true;
  }

 private:
  Printer& to_;
  Nanos began_;
  Nanos said_;
  bool drawn_ = false;
};

std::string range_text(std::uint64_t least, std::uint64_t most) {
  if (most == 0) return "not told";
  if (least == most) return format_count(most);
  return fmt::format("{} to {}", format_count(least), format_count(most));
}

std::string_view grade(double score) {
  return score >= kGoodScore ? "good" : score >= kFairScore ? "fair" : "poor";
}

Style grade_style(double score) {
  return score >= kGoodScore ? Style::kGood : score >= kFairScore ? Style::kWarn : Style::kBad;
}

std::string targets_text(const record::Manifest& m) {
  std::vector<std::string> names;
  for (const auto& target : m.targets) {
    names.push_back(target.model.empty() ? target.name
                                         : fmt::format("{} ({})", target.name, target.model));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

void say_fact(Printer& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.lines(
      hanging(Line("  ").add(fmt::format("{:<9} ", name), Style::kDim), value, out.look().width));
}

void say_requests(const ImportedRun& run, Printer& out) {
  const record::Manifest& m = run.manifest;
  const auto& origin = *m.origin;
  say_fact(out, "rows",
           fmt::format("{} read = {} kept + {} rejected", format_count(origin.rows_read),
                       format_count(origin.rows_kept), format_count(origin.rows_rejected)));
  std::string outcome = fmt::format("{} answered", format_count(m.counts.ok));
  for (const auto& [name, count] : m.counts.failed) {
    outcome += fmt::format(", {} {}", format_count(count), name);
  }
  say_fact(out, "requests", outcome);
  say_fact(out, "tokens",
           fmt::format("in {}, out {}", range_text(run.least_input, run.most_input),
                       range_text(run.least_output, run.most_output)));
  if (m.duration > 0) {
    say_fact(
        out, "load",
        fmt::format("{} s, {} requests at once on average", format_number(to_seconds(m.duration)),
                    format_number(run.mean_concurrency)));
  } else if (!origin.load_text.empty()) {
    say_fact(out, "load", origin.load_text);
  }
  out.line(Line("  ")
               .add("quality   ", Style::kDim)
               .add(fmt::format("{:g} of 100, {}", origin.quality, grade(origin.quality)),
                    grade_style(origin.quality)));
  for (const auto& finding : origin.findings) {
    const std::string points =
        finding.points > 0 ? fmt::format("-{:.1f}", finding.points) : std::string("note");
    out.lines(hanging(Line("    ").add(fmt::format("{:<6}", points),
                                       finding.points > 0 ? Style::kWarn : Style::kDim),
                      finding.text, out.look().width));
  }
}

void say_figures(const ImportedRun& run, Printer& out) {
  const auto& figures = run.manifest.origin->figures;
  std::size_t shown = 0;
  for (const auto& [name, value] : figures) {
    if (shown++ == kMostFigures) break;
    out.line(Line("    ").add(fit_middle(name, 60)).to_column(66).add(format_number(value)));
  }
  if (figures.size() > kMostFigures) {
    out.line(Line(fmt::format("    and {} more, in manifest.json", figures.size() - kMostFigures),
                  Style::kDim));
  }
}

std::string millis_text(double ms) { return std::isnan(ms) ? "–" : format_number(ms); }

std::string tokens_text(std::uint32_t tokens) { return tokens == 0 ? "–" : format_count(tokens); }

// The first rows as they were understood: what a user looks at before trusting a file.
void say_rows(const ImportedRun& run, Printer& out) {
  if (run.first_rows.empty()) return;
  std::vector<TableColumn> columns;
  for (const char* title : {"row", "sent s", "in", "out", "TTFT ms", "TPOT ms", "E2E ms"}) {
    columns.push_back({.title = title, .align = Align::kRight});
  }
  columns.insert(columns.end(), {{.title = "status"}, {.title = "user", .optional = 2}});
  columns.push_back({.title = "doubts", .optional = 1});
  Table table(std::move(columns));
  for (const record::Row& row : run.first_rows) {
    const auto facts = analysis::facts_of(row);
    const auto value = [&](analysis::MetricId id) {
      return millis_text(analysis::request_value(facts, id));
    };
    table.row({format_count(row.index + 1),
               row.sent == kNever ? "–" : fmt::format("{:.3f}", to_seconds(row.sent)),
               tokens_text(row.input_tokens), tokens_text(row.output_tokens),
               value(analysis::MetricId::kTtft), value(analysis::MetricId::kTpot),
               value(analysis::MetricId::kE2e), std::string(status_name(row.status)), row.user,
               row.flags});
  }
  out.line();
  out.lines(table.render(out.look().width));
}

void say_run(const std::string& path, const ImportedRun& run, bool checked, Printer& out) {
  const record::Manifest& m = run.manifest;
  out.line(Line(path, Style::kStrong).add(": ").add(run.title));
  say_fact(out, "targets", targets_text(m));
  if (run.has_rows) {
    say_requests(run, out);
    say_rows(run, out);
  } else {
    say_figures(run, out);
  }
  for (const auto& note : m.notes) say_fact(out, "note", note);
  if (!checked) say_fact(out, "run", run.folder);
  out.line();
}

std::string run_json(const ImportedRun& run) {
  const record::Manifest& m = run.manifest;
  const auto& origin = *m.origin;
  std::vector<std::string> findings;
  for (const auto& f : origin.findings) {
    findings.push_back(
        fmt::format("{{\"id\": {}, \"count\": {}, \"points\": {:.3f}, \"text\": {}}}",
                    json_string(f.id), f.count, f.points, json_string(f.text)));
  }
  std::vector<std::string> targets;
  for (const auto& t : m.targets) targets.push_back(json_string(t.name));
  return fmt::format(
      "{{\"run_id\": {}, \"folder\": {}, \"format\": {}, \"tool\": {}, \"targets\": [{}], "
      "\"has_rows\": {}, \"rows_read\": {}, \"rows_kept\": {}, \"rows_rejected\": {}, "
      "\"quality\": {:.1f}, \"duration_s\": {}, \"mean_concurrency\": {:.3f}, \"findings\": [{}]}}",
      json_string(m.run_id), json_string(run.folder), json_string(origin.format),
      json_string(origin.tool), fmt::join(targets, ", "), run.has_rows, origin.rows_read,
      origin.rows_kept, origin.rows_rejected, origin.quality, to_seconds(m.duration),
      run.mean_concurrency, fmt::join(findings, ", "));
}

void print_json(const std::vector<FileOutcome>& outcomes, Printer& out) {
  std::vector<std::string> files;
  for (const FileOutcome& file : outcomes) {
    if (!file.runs) {
      files.push_back(fmt::format("{{\"file\": {}, \"error\": {}}}", json_string(file.path),
                                  json_string(file.runs.error().message)));
      continue;
    }
    std::vector<std::string> runs;
    for (const auto& run : *file.runs) runs.push_back(run_json(run));
    files.push_back(fmt::format("{{\"file\": {}, \"runs\": [{}]}}", json_string(file.path),
                                fmt::join(runs, ", ")));
  }
  out.raw(fmt::format("{{\"files\": [\n  {}\n]}}\n", fmt::join(files, ",\n  ")));
}

struct Totals {
  std::size_t files = 0;
  std::size_t failed = 0;
  std::uint64_t read = 0;
  std::uint64_t kept = 0;
  std::vector<std::string> ids;  // of runs with rows
};

Totals totals_of(const std::vector<FileOutcome>& outcomes) {
  Totals totals;
  for (const FileOutcome& file : outcomes) {
    if (file.passed_over) continue;
    ++totals.files;
    if (!file.runs) {
      ++totals.failed;
      continue;
    }
    for (const auto& run : *file.runs) {
      totals.read += run.manifest.origin->rows_read;
      totals.kept += run.manifest.origin->rows_kept;
      if (run.has_rows && !run.folder.empty()) totals.ids.push_back(run.manifest.run_id);
    }
  }
  return totals;
}

void say_end(const Totals& totals, const std::string& dir, Printer& out) {
  out.line(Line(fmt::format("{} of {} files; {} rows read = {} kept + {} rejected",
                            totals.files - totals.failed, totals.files, format_count(totals.read),
                            format_count(totals.kept), format_count(totals.read - totals.kept)),
                Style::kStrong));
  const std::string where = dir == "results" ? "" : " --results " + shell_word(dir);
  if (totals.ids.size() >= 2) {
    out.line(Line("Next   ", Style::kStrong)
                 .add(fmt::format("tokentrial compare {} {}{}", shell_word(totals.ids[0]),
                                  shell_word(totals.ids[1]), where),
                      Style::kAccent));
  } else if (totals.ids.size() == 1) {
    out.line(Line("Next   ", Style::kStrong)
                 .add(fmt::format("tokentrial results show {}{}", shell_word(totals.ids[0]), where),
                      Style::kAccent));
  }
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto preview = arguments.count("--preview", 1);
  if (!preview) return std::unexpected(preview.error());
  import::ImportOptions options{
      .results_dir = std::string(arguments.value("--results").value_or("results")),
      .label = std::string(arguments.value("--label").value_or("")),
      .keep_invalid = arguments.has("--keep-invalid"),
      .texts = arguments.has("--texts"),
      .check_only = arguments.has("--check"),
      .preview = std::min<std::size_t>(preview->value_or(0), kMostPreview),
      .threads = std::max(1U, std::thread::hardware_concurrency()),
      .now = realtime_now()};
  const std::vector<std::string> paths(arguments.words().begin(), arguments.words().end());
  std::vector<FileOutcome> outcomes;
  {
    ProgressLine line(session.err);
    outcomes = import::import_files(
        paths, options, [&](const std::string& path, std::uint64_t done, std::uint64_t all) {
          line.show(path, done, all);
        });
  }
  const Totals totals = totals_of(outcomes);
  const bool json = arguments.has("--json");
  if (json) print_json(outcomes, session.out);
  for (const FileOutcome& file : outcomes) {
    if (!file.runs) {
      const Line head =
          file.passed_over ? Line("Passed over ", Style::kDim) : Line("Not imported ", Style::kBad);
      session.err.lines(hanging(Line(head).add(file.path).add(": "), file.runs.error().message,
                                session.err.look().width));
      continue;
    }
    for (const auto& one : *file.runs) {
      if (!json) say_run(file.path, one, options.check_only, session.out);
    }
  }
  if (!json) say_end(totals, options.results_dir, session.out);
  return totals.failed == 0 ? ExitCode::kGood : ExitCode::kFailed;
}

}  // namespace

Command import_command() {
  return {
      .name = "import",
      .summary = "Reads result files of other tools, and says how good they are",
      .words = "FILE...",
      .least_words = 1,
      .most_words = 1000,
      .options = {{"--label", "NAME", "the target's name, in place of the one in the file's name"},
                  {"--keep-invalid", "",
                   "keep rows with faults, flagged, rather than leave them out"},
                  {"--texts", "", "prompts and answers too, where the file has them"},
                  {"--check", "", "only read and judge; write nothing"},
                  {"--preview", "N", "show the first N rows as they are understood, at most 100"},
                  kResultsOption,
                  kJsonOption,
                  kNoColorOption,
                  kHelpOption},
      .about =
          "The format is known by the content: llm-locust, vLLM, SGLang, GuideLLM, AIPerf, "
          "genai-bench, inference-perf, llmperf and more. Each file becomes a run like any "
          "other; a folder stands for the CSV and JSON files in it. A file that cannot be "
          "read stops none of the rest, and gives exit code 1.",
      .examples = {"tokentrial import vllm-20260131-120000-1a-chat-simulation.csv",
                   "tokentrial import --check --preview 10 *.csv"},
      .run = run};
}

}  // namespace tt::app
