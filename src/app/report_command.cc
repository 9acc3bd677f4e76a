// report: a run as a document to share.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands.h"
#include "app/cost_options.h"
#include "app/document_files.h"
#include "app/report_material.h"
#include "app/run_files.h"
#include "app/slo_options.h"
#include "base/text.h"
#include "report/formats.h"
#include "report/kinds.h"
#include "report/markdown.h"
#include "report/template_file.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

struct Order {
  report::Outline outline;
  std::vector<const report::Format*> formats;
  std::vector<std::string_view> files;  // kinds of files for other tools: csv, json, parquet
  std::string output;                   // a file, a folder, "-", or empty: the run's folder
  bool into_folder = false;             // what `output` is
  bool force = false;
};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const auto& format : report::formats()) names.push_back(format.name);
  return fmt::format("{}, {}", fmt::join(names, ", "), kFileKinds);
}

// As they stand in the list.
Result<std::vector<report::Chapter>> read_sections(std::string_view list) {
  std::vector<std::string_view> ids;
  for (const auto& name : report::section_names()) ids.push_back(name.id);
  std::vector<report::Chapter> chapters;
  for (const auto word : split(list, ',')) {
    const std::string id(trim(word));
    const auto bad = [](std::string message) {
      return std::unexpected(
          Error{ErrorCode::kInvalidInput, std::move(message), std::string("--sections")});
    };
    if (std::ranges::find(ids, id) == ids.end()) {
      const auto near = nearest_word(id, ids);
      return bad(fmt::format("there is no section '{}'; {}", clean(id),
                             near.empty() ? fmt::format("there are {}", fmt::join(ids, ", "))
                                          : fmt::format("did you mean {}?", near)));
    }
    if (std::ranges::find(chapters, id, &report::Chapter::id) != chapters.end()) {
      return bad(fmt::format("{} stands in it twice", id));
    }
    chapters.push_back({.id = id, .title = {}, .before = {}, .after = {}});
  }
  return chapters;
}

Result<report::Outline> with_sections(report::Outline outline, const Arguments& arguments) {
  const auto list = arguments.value("--sections");
  if (!list) return outline;
  auto chapters = read_sections(*list);
  if (!chapters) return std::unexpected(chapters.error());
  outline.chapters = std::move(*chapters);
  return outline;
}

Result<report::Outline> read_outline(const Arguments& arguments) {
  const auto kind = report::kind_from_name(arguments.value("--kind").value_or(""));
  const auto audience = report::audience_from_name(arguments.value("--audience").value_or(""));
  const auto path = arguments.value("--template");
  if (!path) {
    return with_sections(report::outline_of(report::Template{}, kind, audience), arguments);
  }
  if (arguments.has("--sections")) {
    return fail(ErrorCode::kInvalidInput, "a template says itself which sections there are",
                "--sections");
  }
  const auto made = report::load_template(std::string(*path));
  if (!made) return fail(ErrorCode::kInvalidInput, made.error().text());
  auto logo = report::load_logo(*made, std::string(*path));
  if (!logo) return fail(ErrorCode::kInvalidInput, logo.error().message, logo.error().source);
  auto outline = report::outline_of(*made, kind, audience);
  outline.logo = std::move(*logo);
  return outline;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

// A folder takes whatever is written, under the names that it has in the run's folder. Several
// files need one; it is made.
Result<void> choose_folder(Order& order, bool ends_as_a_file) {
  const auto& output = order.output;
  if (output.empty()) return {};
  const bool several = order.formats.size() + (order.files.empty() ? 0 : 1) > 1;
  order.into_folder = is_folder(output) || (output.ends_with('/') && !order.formats.empty()) ||
                      (several && output != "-" && !ends_as_a_file);
  if (!several || order.into_folder) return {};
  return fail(ErrorCode::kInvalidInput,
              "takes one format; name a folder for several, as reports/, or leave it out: they go "
              "into the run's folder",
              "--output");
}

// A group has no run's answer, and a single kind of report.
Result<void> fit(Order& order, const Arguments& arguments, const ReportMaterial& material) {
  if (!material.is_group() || order.outline.kind == report::Kind::kCapacity) return {};
  if (arguments.has("--kind") || arguments.has("--template")) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is a group of runs: --kind capacity tells of it; the others take "
                            "its runs, as {}@LOAD",
                            material.id(), material.id()),
                "--kind");
  }
  const auto audience =
      arguments.has("--audience") ? order.outline.audience : audience_of(report::Kind::kCapacity);
  auto outline = with_sections(report::outline_of(report::Kind::kCapacity, audience), arguments);
  if (!outline) return std::unexpected(outline.error());
  order.outline = std::move(*outline);
  return {};
}

Result<Order> read_order(const Arguments& arguments) {
  Order order;
  auto outline = read_outline(arguments);
  if (!outline) return std::unexpected(outline.error());
  order.outline = std::move(*outline);
  order.output = std::string(arguments.value(arguments.has("-o") ? "-o" : "--output").value_or(""));
  order.force = arguments.has("--force");
  std::string ending = to_lower(fs::path(order.output).extension().string());
  if (!ending.empty()) ending.erase(0, 1);
  const auto* by_ending = report::find_format(ending);
  const auto formats =
      arguments.value("--format").value_or(by_ending == nullptr ? "html" : by_ending->name);
  for (const auto one : split(formats, ',')) {
    if (is_file_kind(trim(one))) {
      order.files.push_back(trim(one));
      continue;
    }
    const auto* format = report::find_format(trim(one));
    if (format == nullptr) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is none of {}", clean(trim(one)), format_names()), "--format");
    }
    if (std::ranges::find(order.formats, format) == order.formats.end()) {
      order.formats.push_back(format);
    }
  }
  if (auto chosen = choose_folder(order, by_ending != nullptr); !chosen) {
    return std::unexpected(chosen.error());
  }
  return order;
}

// Where each goes, by format.
Result<std::vector<std::string>> places(const Order& order, const ReportMaterial& material) {
  std::vector<std::string> result;
  const auto& outline = order.outline;
  const std::string kind =
      outline.kind == report::Kind::kRun || outline.kind == report::Kind::kExecutive
          ? std::string(audience_name(outline.audience))
      : outline.audience == audience_of(outline.kind)
          ? std::string(kind_name(outline.kind))
          : fmt::format("{}-{}", kind_name(outline.kind), audience_name(outline.audience));
  const auto folder =
      order.into_folder ? fs::path(order.output) : fs::path(material.folder()) / "reports";
  for (const auto* format : order.formats) {
    const bool named = !order.output.empty() && !order.into_folder;
    const std::string place =
        named ? order.output
              : (folder / fmt::format("{}-{}.{}", material.id(), kind, format->name)).string();
    if (auto free = check_free(place, order.force); !free) return std::unexpected(free.error());
    result.push_back(place);
  }
  return result;
}

// Where files for other tools go; empty where none were asked for.
Result<std::string> files_folder(const Order& order, const ReportMaterial& material) {
  if (order.files.empty()) return std::string();
  if (!material.source()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} are files of one run; name it alone", kFileKinds), "--format");
  }
  const bool beside = !order.formats.empty() && order.into_folder;
  const std::string own = material.id() + "-files";
  std::string folder = order.output.empty() ? material.folder() + "/reports/" + own
                       : beside             ? (fs::path(order.output) / own).string()
                                            : order.output;
  if (folder == "-") return fail(ErrorCode::kInvalidInput, "files need a folder", "--output");
  std::error_code ignored;
  const bool empty = is_folder(folder) && fs::is_empty(folder, ignored);
  if (auto free = check_free(folder, order.force || empty); !free) {
    return std::unexpected(free.error());
  }
  return folder;
}

Result<void> write(const std::string& place, const std::string& bytes, Session& session) {
  if (auto written = write_document(place, bytes, session.out); !written) return written;
  if (place != "-") session.out.line(Line(place));
  return {};
}

// One folder with the files of each target, a summary, and the report to read beside them.
Result<void> write_files(const std::string& folder, const Order& order,
                         const report::Document& document, const report::RunSource& source,
                         Session& session) {
  const auto names =
      write_run_files(folder, source.run.manifest,
                      {source.run.input, source.run.summary, source.rows}, choice_of(order.files));
  if (!names) return std::unexpected(names.error());
  for (const auto& name : *names) session.out.line(Line(folder + "/" + name));
  return write(folder + "/report.md", report::markdown(document), session);
}

Outcome run(const Arguments& arguments, Session& session) {
  auto order = read_order(arguments);
  if (!order) return std::unexpected(order.error());
  const auto read = ReportMaterial::read(arguments, order->outline.kind);
  if (!read) return std::unexpected(read.error());
  auto& material = **read;
  if (auto fits = fit(*order, arguments, material); !fits) return std::unexpected(fits.error());
  const auto files = places(*order, material);
  if (!files) return std::unexpected(files.error());
  const auto folder = files_folder(*order, material);
  if (!folder) return std::unexpected(folder.error());
  const report::DrawOptions drawing{
      .screen = std::ranges::any_of(order->formats, &report::Format::screen),
      .paper = std::ranges::any_of(order->formats, &report::Format::paper)};
  const auto& outline = order->outline;
  if (auto drawn = material.draw(arguments, outline.kind, outline.audience, drawing); !drawn) {
    return std::unexpected(drawn.error());
  }
  auto document = report::make_report(material.subject(), outline);
  if (arguments.value("--paper") == "letter") document.paper = report::Paper::kLetter;
  const auto source = material.source();
  for (std::size_t i = 0; i < files->size(); ++i) {
    const auto bytes = order->formats[i]->write(document, source ? &*source : nullptr);
    if (!bytes) return std::unexpected(bytes.error());
    if (auto written = write((*files)[i], *bytes, session); !written) {
      return std::unexpected(written.error());
    }
  }
  if (!folder->empty()) {
    if (auto done = write_files(*folder, *order, document, *source, session); !done) {
      return std::unexpected(done.error());
    }
  }
  return ExitCode::kGood;
}

std::vector<Option> options() {
  static const auto kFormatHelp = fmt::format("of {}, one or several (html)", format_names());
  std::vector<Option> all = {
      {"--kind", "run|executive|decision|regression|capacity|technical|trend|slo",
       "which question it answers; docs/report.md (run; of a group capacity)"},
      {"--audience", "executive|product|engineer|operations", "whom it is for (by the kind)"},
      {"--sections", "LIST", "only these, in this order: answer,charts,steps; docs/report.md"},
      {"--template", "FILE", "sections, texts, logo and colour of your own; examples/reports"},
      {.name = "--compare",
       .value = "RUN",
       .help = "a run to compare with, as the one from before",
       .repeatable = true},
      kBaselineOption,
      kTargetOption,
      {"--by-scenario", "", "runs of several scenarios: each by itself"},
      {"--format", "LIST", kFormatHelp},
      {"--paper", "a4|letter", "of formats that have pages (a4)"},
      {"--output", "PATH",
       "where it goes, - for stdout (reports/ in the run's folder); a folder takes several; csv, "
       "json and parquet need one"},
      {"-o", "PATH", "the same"},
      {"--force", "", "write over a file that is there"},
      {"--rules", "FILE", "rules of the insights of your own; docs/insights.md"},
      kSloOption,
      kSloFileOption,
      {"--attainment", "SHARE", "the share of requests that must keep every latency limit, as 95%"},
      {"--confidence", "SHARE", "how sure an outcome must be, as 99% (95%)"}};
  const auto money = cost_options();
  all.insert(all.end(), money.begin(), money.end());
  all.insert(all.end(), {kResultsOption, kNoColorOption, kHelpOption});
  return all;
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .summary = "Writes runs as a document to share",
          .words = "RUN...",
          .least_words = 1,
          .most_words = 100,
          .options = options(),
          .about =
              "The answer first, what it means, pictures, figures, and whether to believe them. "
              "Several runs are set against each other, as compare does; a group of runs becomes a "
              "capacity plan. Sentences are made by rule from the results. docs/report.md explains "
              "every kind and section.",
          .examples = {"tokentrial report demo",
                       "tokentrial report demo --audience executive --format html,md",
                       "tokentrial report after --compare before --kind regression",
                       "tokentrial report demo --kind decision --gpu aws-h100-sxm --qps 10"},
          .run = run};
}

}  // namespace tt::app
