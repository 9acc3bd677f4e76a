// report: a run as a document to share.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/contest.h"
#include "analysis/experience.h"
#include "app/chart_input.h"
#include "app/commands.h"
#include "app/run_insights.h"
#include "base/text.h"
#include "chart/catalogue.h"
#include "record/file.h"
#include "record/frame.h"
#include "report/formats.h"
#include "report/pictures.h"
#include "report/run_report.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

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

// The charts for such a reader.
Result<std::vector<report::Picture>> draw(const trial::StoredRun& run, report::Audience audience,
                                          const report::DrawOptions& options,
                                          const Arguments& arguments) {
  const auto wanted = report::charts_for(audience);
  std::vector<const chart::Entry*> entries;
  for (const auto& entry : chart::catalogue()) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, entry.id) != wanted.end();
    if (asked) entries.push_back(&entry);
  }
  const auto material = material_of({&run, 1}, wanted_by(entries), arguments);
  if (!material) return std::unexpected(material.error());
  const chart::Input input = (*material)->input();
  std::erase_if(entries, [&](const auto* entry) { return !chart::fits(*entry, input); });
  return report::draw_pictures(entries, input, options);
}

struct Order {
  report::Audience audience = report::Audience::kEngineer;
  std::vector<const report::Format*> formats;
  std::string output;  // a file, "-", or empty: the run's folder
  bool force = false;
};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const auto& format : report::formats()) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<Order> read_order(const Arguments& arguments) {
  Order order;
  order.audience = report::audience_from_name(arguments.value("--audience").value_or("engineer"))
                       .value_or(report::Audience::kEngineer);
  order.output = std::string(arguments.value("--output").value_or(""));
  order.force = arguments.has("--force");
  std::string ending = to_lower(fs::path(order.output).extension().string());
  if (!ending.empty()) ending.erase(0, 1);
  const std::string formats(
      arguments.value("--format").value_or(report::find_format(ending) ? ending : "html"));
  for (const auto one : split(formats, ',')) {
    const auto* format = report::find_format(trim(one));
    if (format == nullptr) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is none of {}", clean(trim(one)), format_names()), "--format");
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
  for (const auto* format : order.formats) {
    const std::string place =
        !order.output.empty() ? order.output
                              : fmt::format("{}/reports/{}-{}.{}", run.folder, run.manifest.run_id,
                                            report::audience_name(order.audience), format->name);
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

// All that is known of a run, for its documents.
struct Known {
  const trial::StoredRun& run;
  std::vector<analysis::Insight> insights;
  std::vector<report::Picture> pictures;
  analysis::RunSummary summary;
  std::optional<analysis::Contest> contest;
  std::vector<analysis::Experience> experience;

  report::ReportSubject subject() const {
    return {.manifest = run.manifest,
            .input = run.input,
            .summary = summary,
            .contest = contest ? &*contest : nullptr,
            .insights = insights,
            .experience = experience,
            .pictures = pictures};
  }
};

Result<Known> learn(const Arguments& arguments, const trial::StoredRun& run, const Order& order) {
  auto insights = find_insights(arguments, run);
  if (!insights) return std::unexpected(insights.error());
  const report::DrawOptions options{
      .screen = std::ranges::any_of(order.formats, &report::Format::screen),
      .paper = std::ranges::any_of(order.formats, &report::Format::paper)};
  auto pictures = draw(run, order.audience, options, arguments);
  if (!pictures) return std::unexpected(pictures.error());
  return Known{.run = run,
               .insights = std::move(*insights),
               .pictures = std::move(*pictures),
               .summary = run.summary(),
               .contest = contest_of(run),
               .experience = experience_of(run)};
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto order = read_order(arguments);
  if (!order) return std::unexpected(order.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  const auto run = trial::open_run(dir, arguments.words().front());
  if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
  const auto files = places(*order, *run);
  if (!files) return std::unexpected(files.error());
  const auto known = learn(arguments, *run, *order);
  if (!known) return std::unexpected(known.error());
  const auto subject = known->subject();
  auto document = report::run_report(subject, order->audience);
  if (arguments.value("--paper") == "letter") document.paper = report::Paper::kLetter;
  const report::RunSource source{.subject = subject, .rows = run->rows};
  for (std::size_t i = 0; i < files->size(); ++i) {
    const auto bytes = order->formats[i]->write(document, &source);
    if (!bytes) return std::unexpected(bytes.error());
    if (auto written = write((*files)[i], *bytes, session); !written) {
      return std::unexpected(written.error());
    }
  }
  return ExitCode::kGood;
}

}  // namespace

Command report_command() {
  static const auto kFormatHelp = fmt::format("of {}, one or several (html)", format_names());
  return {.name = "report",
          .summary = "Writes a run as a document to share",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--audience", "executive|product|engineer|operations",
                       "whom it is for (engineer)"},
                      {"--format", "LIST", kFormatHelp},
                      {"--paper", "a4|letter", "of formats that have pages (a4)"},
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
