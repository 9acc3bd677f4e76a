#include "report/pictures.h"

#include <utility>

#include "base/jobs.h"
#include "base/time.h"
#include "chart/renderer.h"

namespace tt::report {
namespace {

constexpr chart::Page kPaper = {.width = 840, .height = 510, .scale = 1};

// Shown at about this size, so that letters are as large as those around them.
constexpr chart::Page kPage = {.width = 960, .height = 560, .scale = 1};

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
                  .chart = {}};
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
