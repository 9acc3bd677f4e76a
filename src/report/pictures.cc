#include "report/pictures.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "base/jobs.h"
#include "base/text.h"
#include "base/time.h"
#include "chart/renderer.h"

namespace tt::report {
namespace {

constexpr chart::Page kPaper = {.width = 840, .height = 510, .scale = 1};

// Shown at about this size, so that letters are as large as those around them.
constexpr chart::Page kPage = {.width = 960, .height = 560, .scale = 1};

// Rows beyond these serve no reader; the chart's CSV has all.
constexpr std::size_t kMostRows = 100;

Cell cell_of(const chart::Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) {
    return {.text = format_number(*number), .number = *number};
  }
  const auto* text = std::get_if<std::string>(&cell);
  return {.text = text == nullptr ? "" : *text, .number = {}};
}

// A column is of numbers where its first filled cell is one.
Align align_of(const chart::Table& table, std::size_t column) {
  for (const auto& row : table.rows) {
    if (std::holds_alternative<double>(row[column])) return Align::kRight;
    if (std::holds_alternative<std::string>(row[column])) break;
  }
  return Align::kLeft;
}

Table figures_of(const chart::Table& from, std::string_view id) {
  Table table;
  for (std::size_t i = 0; i < from.columns.size(); ++i) {
    table.columns.push_back({from.columns[i], align_of(from, i)});
  }
  for (const auto& row : from.rows | std::views::take(kMostRows)) {
    auto& cells = table.rows.emplace_back();
    std::ranges::transform(row, std::back_inserter(cells), cell_of);
  }
  if (from.rows.size() > kMostRows) {
    table.note = fmt::format("The first {} of {} rows; all: tokentrial chart RUN {} --format csv",
                             kMostRows, format_count(from.rows.size()), id);
  }
  return table;
}

Result<Picture> draw(const chart::Entry& entry, const chart::Input& input,
                     const DrawOptions& options) {
  const auto chart = chart::make_chart(entry, input);
  Picture picture{.id = entry.id,
                  .title = entry.title,
                  .alt = chart.has_picture() ? chart.alt : chart.empty,
                  .note = entry.question + " " + entry.how_to_read,
                  .light = {},
                  .dark = {},
                  .paper = {},
                  .chart = {},
                  .figures = figures_of(chart.table, entry.id)};
  const SteadyClock clock;
  auto renderer = chart::Renderer::create(clock);
  if (!renderer) return std::unexpected(std::move(renderer.error()));
  // Where each goes, on which page.
  std::vector<std::pair<std::string*, chart::Page>> wanted;
  if (options.screen) {
    auto dark = kPage;
    dark.theme = chart::Theme::kDark;
    wanted = {{&picture.light, kPage}, {&picture.dark, dark}};
    if (chart.has_picture()) picture.chart = chart::chart_json(chart);
  }
  if (options.paper) wanted.emplace_back(&picture.paper, kPaper);
  for (const auto& [place, page] : wanted) {
    auto svg = renderer->svg(chart, page);
    if (!svg) return std::unexpected(std::move(svg.error()));
    *place = std::move(*svg);
  }
  return picture;
}

}  // namespace

Result<std::vector<Picture>> draw_pictures(std::span<const chart::Entry* const> entries,
                                           const chart::Input& input, const DrawOptions& options) {
  std::vector<Result<Picture>> drawn(entries.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    jobs.emplace_back([&, i] { drawn[i] = draw(*entries[i], input, options); });
  }
  run_jobs(jobs);
  std::vector<Picture> pictures;
  for (auto& one : drawn) {
    if (!one) return std::unexpected(std::move(one.error()));
    pictures.push_back(std::move(*one));
  }
  return pictures;
}

}  // namespace tt::report
