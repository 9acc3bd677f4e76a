// What stands before the sections on paper: title, where the figures come from, contents.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr std::size_t kFactsARow = 3;
constexpr std::size_t kMostOfFact = 120;

struct Fact {
  Lines label;
  Lines value;
  double height() const { return label.height() + value.height(); }
};

void add_facts(Flow& flow, const std::vector<std::pair<std::string, std::string>>& facts) {
  const double width = flow.width() / kFactsARow;
  for (std::size_t first = 0; first < facts.size(); first += kFactsARow) {
    std::vector<Fact> row;
    double height = 0;
    for (std::size_t i = first; i < std::min(first + kFactsARow, facts.size()); ++i) {
      const auto value = paper_text(facts[i].second, kMostOfFact, kMostOfFact);
      row.push_back(
          {.label = flow.type().set(facts[i].first, {.size = look::kTiny, .tone = Tone::kQuiet},
                                    width - 10),
           .value = flow.type().set(value, {.size = look::kSmall, .figures = true}, width - 10)});
      height = std::max(height, row.back().height());
    }
    flow.blank(first == 0 ? 12 : 5);
    flow.add({.band = {.height = height, .with_next = true},
              .group = flow.group({.tag = "P"}),
              .paint = [row = std::move(row), width](Canvas& canvas, const Box& box) {
                double x = box.x;
                for (const Fact& fact : row) {
                  fact.label.draw(canvas.cairo(), x, box.y);
                  fact.value.draw(canvas.cairo(), x, box.y + fact.label.height());
                  x += width;
                }
              }});
  }
}

// Long titles are smaller.
Lines title_of(Flow& flow, const std::string& title, double width) {
  Lettering letters{.size = look::kTitle, .strong = true, .leading = 1.22};
  Lines lines = flow.type().set(title, letters, width);
  if (lines.count() <= 2) return lines;
  letters.size = look::kLongTitle;
  return flow.type().set(title, letters, width);
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

std::string anchor_of(const Document& document, std::size_t section) {
  std::string name;
  for (const char c : document.sections[section].id.substr(0, 64)) name += is_plain(c) ? c : '-';
  // Of sections with one id, the later have a number; "-" alone never ends a name of ours.
  const auto before = std::count_if(
      document.sections.begin(), document.sections.begin() + static_cast<std::ptrdiff_t>(section),
      [&](const Section& other) { return other.id == document.sections[section].id; });
  return before == 0 && !name.empty() ? name : fmt::format("{}--{}", name, section);
}

void add_front(Flow& flow, const Document& document) {
  const int title = flow.group({.tag = "H1"});
  const auto logo = set_logo(document.logo);
  const double width = flow.width() - (logo ? logo->width + 16 : 0);
  flow.add({.band = {.height = 14, .with_next = true},
            .paint = [accent = flow.accent(), logo](Canvas& canvas, const Box& box) {
              canvas.fill({box.x, box.y, 44, 3.4}, accent);
              if (logo) logo->paint(canvas, box);
            }});
  flow.add_lines(title_of(flow, paper_text(document.title, 60, 200), width), 0, title, true);
  if (!document.subtitle.empty()) {
    flow.keep();
    flow.blank(5);
    flow.add_lines(flow.type().set(paper_text(document.subtitle, 80, 300),
                                   {.size = 11, .tone = Tone::kQuiet}, flow.width()),
                   0, flow.group({.tag = "P"}), true);
  }
  flow.keep();
  add_facts(flow, document.metadata);
}

void add_contents(Flow& flow, const Document& document) {
  const std::size_t count = document.sections.size();
  const std::size_t rows = (count + 1) / 2;
  const double gap = 28;
  const double width = (flow.width() - gap) / 2;
  add_subheading(flow, "Contents");
  const int group = flow.group({.tag = "TOC"});
  // Down the first column, then down the second.
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<std::pair<Lines, std::string>> entries;
    for (std::size_t i = r; i < count; i += rows) {
      entries.emplace_back(
          flow.type().set(document.sections[i].title, {.size = 9.25, .one_line = true}, width - 24),
          anchor_of(document, i));
    }
    flow.add({.band = {.height = 17, .with_next = r + 1 < rows},
              .group = group,
              .paint = [entries = std::move(entries), width, gap, type = &flow.type(),
                        pages = flow.pages()](Canvas& canvas, const Box& box) {
                double x = box.x;
                for (const auto& [title, anchor] : entries) {
                  const Lines page =
                      type->set(fmt::format("{}", pages->at(anchor)),
                                {.size = 9.25, .tone = Tone::kQuiet, .figures = true}, 0);
                  canvas.begin("TOCI");
                  canvas.begin_link(anchor);
                  title.draw(canvas.cairo(), x, box.y + 1.5);
                  page.draw(canvas.cairo(), x + width - page.width(), box.y + 1.5);
                  canvas.end_link();
                  canvas.end("TOCI");
                  canvas.fill({x, box.y + box.height - 0.5, width, 0.5}, look::kLine);
                  x += width + gap;
                }
              }});
  }
}

}  // namespace tt::report
