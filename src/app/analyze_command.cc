// analyze: one run, looked at from every side.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/analyze.h"
#include "app/analyze_named.h"
#include "app/analyze_view.h"
#include "app/bucket_option.h"
#include "app/commands.h"
#include "app/machine_options.h"
#include "base/text.h"
#include "record/frame.h"
#include "record/parquet.h"
#include "report/analysis_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

constexpr std::string_view kSections =
    "latency|throughput|time|tokens|errors|users|quality|resources|cost|insights";

Result<analysis::AnalyzeOptions> options_of(const Arguments& arguments) {
  analysis::AnalyzeOptions options;
  for (std::size_t i = 0; i < analysis::kSectionCount; ++i) {
    const auto section = static_cast<analysis::Section>(i);
    const auto asked = arguments.all("--section");
    if (std::ranges::find(asked, analysis::section_name(section)) != asked.end()) {
      options.sections.insert(section);
    }
  }
  const auto phase = arguments.value("--phase").value_or("measured");
  options.phase = phase == "all"      ? analysis::Phase::kAll
                  : phase == "warmup" ? analysis::Phase::kWarmup
                                      : analysis::Phase::kMeasured;
  const auto bucket = bucket_seconds(arguments);
  if (!bucket) return std::unexpected(bucket.error());
  options.bucket_s = *bucket;
  const auto first = arguments.count("--warmup", 1);
  if (!first) return std::unexpected(first.error());
  if (*first) options.first = static_cast<std::size_t>(**first);
  const auto window = arguments.count("--window", 1);
  if (!window) return std::unexpected(window.error());
  if (*window) options.rolling_window = static_cast<std::size_t>(**window);
  return options;
}

// Leaves only the target of this name, and the rows' index of it.
Result<void> choose_target(analysis::RunInput& input, std::optional<std::string_view> name,
                           std::optional<std::uint32_t>& chosen) {
  if (!name) return {};
  std::vector<std::string> names;
  for (std::size_t t = 0; t < input.targets.size(); ++t) {
    names.push_back(input.targets[t].name);
    if (input.targets[t].name == *name) chosen = static_cast<std::uint32_t>(t);
  }
  if (chosen) return {};
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is no target of this run; there are {}", clean(*name),
                          fmt::join(names, ", ")),
              "--target");
}

std::vector<record::TextRow> texts_of(const record::RunFolder& folder, bool wanted) {
  if (!wanted) return {};
  auto texts = record::read_texts(folder.file(record::kTextsFile));
  // Without kept texts there is one figure less, and that is all.
  return texts ? std::move(*texts) : std::vector<record::TextRow>();
}

struct RunToAnalyze {
  record::RunFolder folder;
  analysis::RunInput input;
};

Result<RunToAnalyze> find_run(const Arguments& arguments) {
  auto folder = trial::find_ended_run(std::string(arguments.value("--results").value_or("results")),
                                      arguments.words().front());
  if (!folder) return std::unexpected(std::move(folder.error()));
  const auto manifest = record::load_manifest(folder->file(record::kManifestFile));
  if (!manifest) return std::unexpected(manifest.error());
  auto input = trial::analysis_input(*manifest);
  if (!input) return std::unexpected(std::move(input.error()));
  return RunToAnalyze{std::move(*folder), std::move(*input)};
}

Result<analysis::RunAnalysis> analyze_run(const RunToAnalyze& run, analysis::AnalyzeOptions options,
                                          std::optional<std::uint32_t> chosen) {
  const auto frame =
      record::read_frame(run.folder.file(record::kRequestsFile), analysis::needs_chunks(options));
  if (!frame) return std::unexpected(frame.error());
  const auto telemetry = trial::read_run_telemetry(run.folder);
  if (!telemetry) return std::unexpected(telemetry.error());
  if (!telemetry->empty()) options.telemetry = &*telemetry;
  const bool latency =
      options.sections.empty() || options.sections.contains(analysis::Section::kLatency);
  auto analysis = analysis::analyze(*frame, run.input, options, texts_of(run.folder, latency));
  if (chosen) {
    auto one = std::move(analysis.targets[*chosen]);
    analysis.targets.clear();
    analysis.targets.push_back(std::move(one));
  }
  return analysis;
}

void print(const analysis::RunAnalysis& analysis, const analysis::RunInput& input, Printer& out) {
  const std::size_t width = out.look().width;
  out.lines(hanging({},
                    fmt::format("{} · {} · {}", input.run_id, input.load_text, input.workload_text),
                    width, Style::kDim));
  for (std::size_t i = 0; i < analysis::kSectionCount; ++i) {
    const auto lines = section_lines(analysis, static_cast<analysis::Section>(i), width);
    if (lines.empty()) continue;
    out.line();
    out.lines({lines.begin(), lines.end() - 1});  // they end with a blank line
  }
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto options = options_of(arguments);
  if (!options) return std::unexpected(options.error());
  auto run = find_run(arguments);
  if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
  std::optional<std::uint32_t> chosen;
  if (auto target = choose_target(run->input, arguments.value("--target"), chosen); !target) {
    return std::unexpected(target.error());
  }
  const auto named = make_named_sections(arguments, run->folder);
  if (!named) return std::unexpected(named.error());
  analysis::RunAnalysis nothing_else{.method_version = analysis::kMethodVersion,
                                     .run_id = run->input.run_id,
                                     .scenario = run->input.scenario,
                                     .targets = {}};
  const bool only_named = !arguments.all("--section").empty() && options->sections.empty();
  const auto analysis = only_named ? Result<analysis::RunAnalysis>(std::move(nothing_else))
                                   : analyze_run(*run, *options, chosen);
  if (!analysis) return fail(ErrorCode::kIo, analysis.error().message, analysis.error().source);
  if (arguments.has("--json")) {
    session.out.raw(report::analysis_json(*analysis, *named));
  } else {
    print(*analysis, run->input, session.out);
    session.out.lines(named_lines(*named, session.out.look().width));
  }
  return ExitCode::kGood;
}

}  // namespace

Command analyze_command() {
  return {
      .name = "analyze",
      .summary = "Looks at one run from every side: distributions, time, tokens, errors",
      .words = "RUN",
      .least_words = 1,
      .most_words = 1,
      .options = {{"--section", kSections, "only this section", {}, true},
                  {"--target", "NAME", "only this target"},
                  kBucketOption,
                  {"--phase", "measured|warmup|all", "these requests (measured)"},
                  {"--warmup", "N", "compare the first N requests with the rest, too"},
                  {"--window", "N", "requests in the rolling mean of --json (50)"},
                  {"--rules", "FILE", "rules of the insights of your own; docs/insights.md"},
                  kGpuOption,
                  kPriceOption,
                  kGpusOption,
                  kPricesOption,
                  kUtilizationOption,
                  kResultsOption,
                  kJsonOption,
                  kNoColorOption,
                  kHelpOption},
      .about =
          "RUN is a unique part of a run's id, or its folder. Sections are latency, throughput, "
          "time, tokens, errors, users, quality and resources; all of them where none is named. "
          "Only where they are named come cost, insights (what the rules find worth knowing) and, "
          "with quality, the checks. --json holds the points of every chart as well.",
      .examples = {"tokentrial analyze chat-20260131-120000",
                   "tokentrial analyze chat --section time --bucket 5m --target vllm",
                   "tokentrial analyze chat --section insights --section cost --gpu h100"},
      .run = run};
}

}  // namespace tt::app
