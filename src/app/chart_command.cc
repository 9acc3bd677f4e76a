// chart: a run's figures as pictures.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/bucket_option.h"
#include "app/chart_input.h"
#include "app/chart_view.h"
#include "app/commands.h"
#include "app/document_files.h"
#include "app/machine_options.h"
#include "app/slo_options.h"
#include "base/jobs.h"
#include "base/text.h"
#include "chart/catalogue.h"
#include "report/chart_file.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "charts";

struct Order {
  std::vector<const chart::Entry*> entries;
  chart::Page page;
  std::string format = "png";
  std::string output;  // empty: beside the run
  bool named = false;  // on the command line; else all that can be made
  bool force = false;
};

/// The words: charts by their ids, all others runs; the first is a run in any case.
struct Words {
  std::vector<std::string_view> runs;
  std::vector<const chart::Entry*> charts;
};

Words sort_words(const Arguments& arguments) {
  Words sorted;
  for (const auto word : arguments.words()) {
    const auto* entry = sorted.runs.empty() ? nullptr : chart::find_chart(word);
    if (entry == nullptr) sorted.runs.push_back(word);
    if (entry != nullptr) sorted.charts.push_back(entry);
  }
  return sorted;
}

// A word behind the first that is no run was perhaps meant as a chart.
Error no_such(const Error& error, std::span<const std::string_view> runs) {
  for (const auto word : runs.subspan(std::min<std::size_t>(1, runs.size()))) {
    if (error.code != ErrorCode::kNotFound || error.text().find(word) == std::string::npos)
      continue;
    std::vector<std::string_view> ids;
    for (const auto& entry : chart::catalogue()) ids.push_back(entry.id);
    const auto near = nearest_word(word, ids);
    return {ErrorCode::kInvalidInput,
            fmt::format("there is no chart or run '{}'{}; tokentrial chart --list shows all charts",
                        clean(word), near.empty() ? "" : fmt::format(", but there is {}", near)),
            {}};
  }
  return error;
}

Result<Order> read_order(const Arguments& arguments, const Words& words,
                         const chart::Input& input) {
  Order order;
  order.entries = words.charts;
  order.named = !words.charts.empty();
  if (!order.named) {
    for (const auto& entry : chart::catalogue()) {
      if (chart::fits(entry, input)) order.entries.push_back(&entry);
    }
  }
  if (const auto size = arguments.value("--size")) {
    const auto page = chart::parse_size(*size);
    if (!page) return fail(page.error().code, page.error().message, "--size");
    order.page = *page;
  }
  if (arguments.value("--theme") == "dark") order.page.theme = chart::Theme::kDark;
  order.output = std::string(arguments.value(arguments.has("-o") ? "-o" : "--output").value_or(""));
  const std::string ending = to_lower(fs::path(order.output).extension().string());
  if (ending == ".svg" || ending == ".pdf" || ending == ".csv") order.format = ending.substr(1);
  if (const auto format = arguments.value("--format")) order.format = std::string(*format);
  order.force = arguments.has("--force");
  return order;
}

Result<chart::ViewChoice> read_choice(const Arguments& arguments) {
  chart::ViewChoice choice;
  const auto demand = read_slo_options(arguments, false);
  if (!demand) return std::unexpected(demand.error());
  if (*demand) choice.slos = (*demand)->slos;
  const auto bucket = bucket_seconds(arguments);
  if (!bucket) return std::unexpected(bucket.error());
  choice.bucket_s = *bucket;
  const auto leave_out = arguments.count("--leave-out", 0);
  if (!leave_out) return std::unexpected(leave_out.error());
  choice.leave_out = static_cast<std::size_t>(leave_out->value_or(0));
  return choice;
}

/// Where each goes; "-" is stdout. Several go into a folder.
Result<std::vector<std::string>> places(const Order& order, const ChartMaterial& source) {
  std::vector<std::string> result;
  const bool one = order.named && order.entries.size() == 1;
  if (order.output == "-" && !one) {
    return fail(ErrorCode::kInvalidInput, "one chart alone goes to stdout: name it", "--output");
  }
  const fs::path folder =
      order.output.empty() ? fs::path(source.folder) / kFolder : fs::path(order.output);
  for (const auto* entry : order.entries) {
    std::error_code ignored;
    if (one && !order.output.empty() && !fs::is_directory(order.output, ignored)) {
      result.push_back(order.output);
      continue;
    }
    const std::string dark = order.page.theme == chart::Theme::kDark ? "-dark" : "";
    result.push_back(folder / fmt::format("{}-{}{}.{}", source.id, entry->id, dark, order.format));
  }
  for (const auto& place : result) {
    if (auto free = check_free(place, order.force); !free) return std::unexpected(free.error());
  }
  return result;
}

Outcome run(const Arguments& arguments, Session& session) {
  if (arguments.has("--list")) {
    if (arguments.has("--json")) {
      session.out.raw(chart_list_json());
    } else {
      session.out.lines(chart_list_lines(session.out.look().width));
    }
    return ExitCode::kGood;
  }
  if (arguments.words().empty()) {
    return fail(ErrorCode::kInvalidInput, "name a run, or ask for --list");
  }
  const std::string dir(arguments.value("--results").value_or("results"));
  const Words words = sort_words(arguments);
  const auto source = read_material(
      dir, words.runs, words.charts.empty() ? everything_wanted() : wanted_by(words.charts),
      arguments);
  if (!source) return std::unexpected(no_such(source.error(), words.runs));
  const auto choice = read_choice(arguments);
  if (!choice) return std::unexpected(choice.error());
  auto& view = (*source)->view;
  if (view && !choice->empty()) view = chart::chosen(*view, *choice);
  const auto input = (*source)->input();
  const auto order = read_order(arguments, words, input);
  if (!order) return std::unexpected(order.error());
  const auto files = places(*order, **source);
  if (!files) return std::unexpected(files.error());

  std::vector<chart::Chart> charts(order->entries.size());
  std::vector<Result<std::string>> drawn(charts.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    jobs.emplace_back([&, i] {
      charts[i] = chart::make_chart(*order->entries[i], input);
      drawn[i] = report::chart_file(charts[i], order->page, order->format);
    });
  }
  run_jobs(jobs);
  for (std::size_t i = 0; i < charts.size(); ++i) {
    if (!drawn[i]) return std::unexpected(drawn[i].error());
    if (auto written = write_document((*files)[i], *drawn[i], session.out); !written) {
      return std::unexpected(written.error());
    }
    if ((*files)[i] == "-") continue;
    session.err.line(Line((*files)[i], Style::kAccent));
    if (!charts[i].has_picture()) session.err.text("  " + charts[i].empty, Style::kWarn);
  }
  return ExitCode::kGood;
}

}  // namespace

Command chart_command() {
  return {
      .name = "chart",
      .summary = "Draws a run's charts as PNG, SVG or PDF, or writes the figures behind them",
      .words = "RUN [RUN...] [CHART...]",
      .least_words = 0,
      .most_words = 200,
      .options = {{"--list", "", "every chart, with the question that it answers"},
                  {"--format", "png|svg|pdf|csv", "of the files (png, or by the file's ending)"},
                  {"--size", "WIDTHxHEIGHT", "in pixels (1600x900)"},
                  {"--theme", "light|dark", "of the pictures (light)"},
                  kSloOption,
                  kSloFileOption,
                  kBucketOption,
                  {"--leave-out", "N", "each target's first N requests, beside the warm-up"},
                  {"--output", "FILE",
                   "where one chart goes, - for stdout; of several, a folder (charts/ in the "
                   "run's folder)"},
                  {"-o", "FILE", "the same"},
                  {"--force", "", "overwrite files that are there"},
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
          "RUN is a unique part of a run's id, or its folder; or a group of runs, as a sweep. "
          "Several runs are drawn over each other. "
          "Without a chart's name all are drawn that can be made of it. Charts of cost need "
          "prices: the options of cost. docs/charts.md explains "
          "each.",
      .examples = {"tokentrial chart --list", "tokentrial chart demo ttft-distribution",
                   "tokentrial chart demo ttft-ecdf --format pdf --theme dark -o ecdf.pdf",
                   "tokentrial chart before after ttft-ecdf",
                   "tokentrial chart demo --output pictures"},
      .run = run};
}

Command visualize_command() {
  auto command = chart_command();
  command.name = "visualize";
  command.summary = "Another word for chart";
  command.examples = {"tokentrial visualize demo"};
  return command;
}

}  // namespace tt::app
