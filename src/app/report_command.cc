// report: a run as a document to share.
#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/contest.h"
#include "analysis/experience.h"
#include "app/commands.h"
#include "app/run_insights.h"
#include "base/jobs.h"
#include "base/text.h"
#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "record/file.h"
#include "record/frame.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/run_report.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kFormats = {"html", "md"};

Result<report::Picture> draw_one(const chart::Entry& entry, const chart::Input& input, bool dark) {
  const auto chart = chart::make_chart(entry, input);
  report::Picture picture{.id = entry.id,
                          .title = entry.title,
                          .alt = chart.has_picture() ? chart.alt : chart.empty,
                          .note = entry.question + " " + entry.how_to_read,
                          .light = {},
                          .dark = {}};
  const SteadyClock clock;
  auto renderer = chart::Renderer::create(clock);
  if (!renderer) return std::unexpected(std::move(renderer.error()));
  // Shown at about this size, so that letters are as large as those around them.
  chart::Page page{.width = 960, .height = 560, .scale = 1};
  auto light = renderer->svg(chart, page);
  if (!light) return std::unexpected(std::move(light.error()));
  picture.light = std::move(*light);
  if (!dark) return picture;
  page.theme = chart::Theme::kDark;
  auto other = renderer->svg(chart, page);
  if (!other) return std::unexpected(std::move(other.error()));
  picture.dark = std::move(*other);
  return picture;
}

std::vector<analysis::Experience> experience_of(const trial::StoredRun& run) {
  const auto frame = record::make_frame(run.rows);
  std::vector<analysis::Experience> all;
  for (const auto& slice : analysis::make_slices(frame, run.input.targets.size())) {
    all.push_back(analysis::experience(slice));
  }
  return all;
}

// The targets of the run against each other; nullopt where one is alone or there are too many.
std::optional<analysis::Contest> contest_of(const trial::StoredRun& run) {
  const analysis::Entry entry = run.entry();
  const auto seating = analysis::seat({&entry, 1});
  if (!seating || seating->tables.empty()) return std::nullopt;
  return analysis::hold_contest({&entry, 1}, seating->tables.front(), {});
}

// The charts for such a reader, drawn on both grounds where `dark` is wanted.
Result<std::vector<report::Picture>> draw(const trial::StoredRun& run, report::Audience audience,
                                          bool dark) {
  const auto frame = record::make_frame(run.rows);
  const auto view = chart::view_of(run.input, frame);
  const chart::Input input{.run = &view};
  const auto wanted = report::charts_for(audience);
  std::vector<const chart::Entry*> entries;
  for (const auto& entry : chart::catalogue()) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, entry.id) != wanted.end();
    if (asked && chart::fits(entry, input)) entries.push_back(&entry);
  }
  std::vector<Result<report::Picture>> drawn(entries.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    jobs.emplace_back([&, i] { drawn[i] = draw_one(*entries[i], input, dark); });
  }
  run_jobs(jobs);
  std::vector<report::Picture> pictures;
  for (auto& one : drawn) {
    if (!one) return std::unexpected(std::move(one.error()));
    pictures.push_back(std::move(*one));
  }
  return pictures;
}

struct Order {
  report::Audience audience = report::Audience::kEngineer;
  std::vector<std::string> formats;
  std::string output;  // a file, "-", or empty: the run's folder
  bool force = false;
};

Result<Order> read_order(const Arguments& arguments) {
  Order order;
  order.audience = report::audience_from_name(arguments.value("--audience").value_or("engineer"))
                       .value_or(report::Audience::kEngineer);
  order.output = std::string(arguments.value("--output").value_or(""));
  order.force = arguments.has("--force");
  const std::string ending = to_lower(fs::path(order.output).extension().string());
  const std::string formats(arguments.value("--format").value_or(ending == ".md" ? "md" : "html"));
  for (const auto one : split(formats, ',')) {
    const std::string format(trim(one));
    if (std::ranges::find(kFormats, format) == kFormats.end()) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is none of {}", clean(format), fmt::join(kFormats, ", ")),
                  "--format");
    }
    if (std::ranges::find(order.formats, format) == order.formats.end()) {
      order.formats.push_back(format);
    }
  }
  if (!order.output.empty() && order.formats.size() > 1) {
    return fail(ErrorCode::kInvalidInput, "takes one format; several go into the run's folder",
                "--output");
  }
  return order;
}

// Where each goes, by format.
Result<std::vector<std::string>> places(const Order& order, const trial::StoredRun& run) {
  std::vector<std::string> result;
  for (const auto& format : order.formats) {
    const std::string place =
        !order.output.empty() ? order.output
                              : fmt::format("{}/reports/{}-{}.{}", run.folder, run.manifest.run_id,
                                            report::audience_name(order.audience), format);
    std::error_code ignored;
    if (place != "-" && !order.force && fs::exists(place, ignored)) {
      return fail(ErrorCode::kAlreadyExists, "is there already; --force overwrites it", place);
    }
    result.push_back(place);
  }
  return result;
}

Result<void> write(const std::string& place, const std::string& text, Session& session) {
  if (place == "-") {
    session.out.raw(text);
    return {};
  }
  std::error_code ignored;
  if (const auto parent = fs::path(place).parent_path(); !parent.empty()) {
    fs::create_directories(parent, ignored);
  }
  if (auto written = record::write_file_atomically(place, text); !written) return written;
  session.out.line(Line(place));
  return {};
}

Result<report::Document> compose(const Arguments& arguments, const trial::StoredRun& run,
                                 const Order& order) {
  const auto insights = find_insights(arguments, run);
  if (!insights) return std::unexpected(insights.error());
  const bool html = std::ranges::find(order.formats, "html") != order.formats.end();
  const auto pictures = draw(run, order.audience, html);
  if (!pictures) return std::unexpected(pictures.error());
  const auto summary = run.summary();
  const auto contest = contest_of(run);
  const auto experience = experience_of(run);
  return report::run_report({.manifest = run.manifest,
                             .input = run.input,
                             .summary = summary,
                             .contest = contest ? &*contest : nullptr,
                             .insights = *insights,
                             .experience = experience,
                             .pictures = *pictures},
                            order.audience);
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto order = read_order(arguments);
  if (!order) return std::unexpected(order.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  const auto run = trial::open_run(dir, arguments.words().front());
  if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
  const auto files = places(*order, *run);
  if (!files) return std::unexpected(files.error());
  const auto document = compose(arguments, *run, *order);
  if (!document) return std::unexpected(document.error());
  for (std::size_t i = 0; i < files->size(); ++i) {
    const auto text =
        order->formats[i] == "html" ? report::html(*document) : report::markdown(*document);
    if (auto written = write((*files)[i], text, session); !written) {
      return std::unexpected(written.error());
    }
  }
  return ExitCode::kGood;
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .summary = "Writes a run as a document to share",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--audience", "executive|product|engineer|operations",
                       "whom it is for (engineer)"},
                      {"--format", "LIST", "html, md, or both: html,md (html)"},
                      {"--output", "FILE",
                       "where it goes, - for stdout (reports/ in the run's folder)"},
                      {"--force", "", "write over a file that is there"},
                      {"--rules", "FILE", "rules of the insights of your own; docs/insights.md"},
                      kResultsOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "The answer first, what it means, pictures, figures, and whether to believe them. "
              "HTML is one file that needs nothing else. Sentences are made by rule from the "
              "results. docs/report.md explains every section.",
          .examples = {"tokentrial report demo",
                       "tokentrial report demo --audience executive --format html,md"},
          .run = run};
}

}  // namespace tt::app
