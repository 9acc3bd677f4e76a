#include "report/pdf.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <pango/pangocairo.h>

#include "chart/fonts.h"
#include "chart/machine_fonts.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr std::size_t kFewSections = 3;  // need no contents

look::Colour rules_of(const Document& document) {
  const auto accent = accent_of(document);
  return accent ? look::rgb(*accent) : look::kAccent;
}

Flow compose(const Document& document, Typesetter& type, const look::Sheet& sheet) {
  Flow flow(type, sheet.width - 2 * look::kSide, rules_of(document));
  add_front(flow, document);
  const auto speaks = [](const Section& section) {
    return !section.blocks.empty() && std::holds_alternative<Callout>(section.blocks.front());
  };
  const auto lead = static_cast<std::size_t>(std::ranges::find_if(document.sections, speaks) -
                                             document.sections.begin());
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    add_section(flow, document.sections[i], anchor_of(document, i), i == lead);
    if (i == 0 && document.sections.size() > kFewSections) add_contents(flow, document);
  }
  return flow;
}

// What every page repeats.
struct Margins {
  Lines title;
  Lines run;
};

Margins margins_of(const Document& document, Typesetter& type, const look::Sheet& sheet) {
  const Lettering small{.size = look::kTiny + 0.25, .tone = Tone::kQuiet, .one_line = true};
  const double width = sheet.width - 2 * look::kSide;
  std::string run;
  for (const auto& [name, value] : document.metadata) {
    if (name == "Run") run = value;
  }
  return {.title = type.set(document.title, small, 0.6 * width),
          .run = type.set(run, small, 0.36 * width)};
}

class Drawer {
 public:
  Drawer(const Flow& flow, const Margins& margins, const look::Sheet& sheet, Canvas& canvas)
      : flow_(flow), margins_(margins), sheet_(sheet), canvas_(canvas) {}

  void page(const PageOfBands& bands, std::size_t number, std::size_t of) {
    margins(number, of);
    for (std::size_t i = 0; i < bands.size(); ++i) {
      enter(bands, i);
      const Strip& strip = flow_.strips()[bands[i].band];
      const Box box = box_of(bands[i]);
      if (!strip.anchor.empty() && !bands[i].again) canvas_.anchor(strip.anchor, box.x, box.y - 8);
      if (strip.paint) strip.paint(canvas_, box);
    }
    leave(0);
  }

 private:
  Box box_of(const Placed& placed) const {
    return {look::kSide, look::kTop + placed.y, flow_.width(), placed.height};
  }

  // A group, and all that it is in, outermost first.
  std::vector<int> chain(int group) const {
    std::vector<int> all;
    for (; group != kNoGroup; group = flow_.groups()[static_cast<std::size_t>(group)].parent) {
      all.insert(all.begin(), group);
    }
    return all;
  }

  int group_at(const PageOfBands& bands, std::size_t i) const {
    return flow_.strips()[bands[i].band].group;
  }

  // Closes the groups that the strip is not in, opens those that it is in.
  void enter(const PageOfBands& bands, std::size_t i) {
    const auto groups = chain(group_at(bands, i));
    std::size_t same = 0;
    while (same < open_.size() && same < groups.size() && open_[same] == groups[same]) ++same;
    leave(same);
    for (std::size_t k = same; k < groups.size(); ++k) {
      const Group& group = flow_.groups()[static_cast<std::size_t>(groups[k])];
      std::size_t last = i;
      while (last + 1 < bands.size() && is_in(bands, last + 1, groups[k])) ++last;
      Box box = box_of(bands[i]);
      const Box end = box_of(bands[last]);
      box.height = end.y + end.height - box.y;
      if (group.ground) group.ground(canvas_, box);
      canvas_.begin(group.tag);
      open_.push_back(groups[k]);
    }
  }

  bool is_in(const PageOfBands& bands, std::size_t i, int group) const {
    const auto groups = chain(group_at(bands, i));
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  }

  void leave(std::size_t depth) {
    while (open_.size() > depth) {
      canvas_.end(flow_.groups()[static_cast<std::size_t>(open_.back())].tag);
      open_.pop_back();
    }
  }

  void margins(std::size_t number, std::size_t of) {
    const double right = sheet_.width - look::kSide;
    const Lines page =
        flow_.type().set(fmt::format("{} of {}", number, of),
                         {.size = look::kTiny + 0.25, .tone = Tone::kQuiet, .figures = true}, 0);
    const double foot = sheet_.height - 34;
    page.draw(canvas_.cairo(), right - page.width(), foot);
    if (number == 1) return;  // the title block says it
    margins_.title.draw(canvas_.cairo(), look::kSide, 28);
    margins_.run.draw(canvas_.cairo(), right - margins_.run.width(), 28);
    canvas_.fill({look::kSide, 43, flow_.width(), 0.5}, look::kLine);
  }

  const Flow& flow_;
  const Margins& margins_;
  const look::Sheet& sheet_;
  Canvas& canvas_;
  std::vector<int> open_;
};

void number_pages(const Flow& flow, const std::vector<PageOfBands>& pages) {
  for (std::size_t i = 0; i < pages.size(); ++i) {
    for (const Placed& placed : pages[i]) {
      const auto& anchor = flow.strips()[placed.band].anchor;
      if (!anchor.empty() && !placed.again) (*flow.pages())[anchor] = static_cast<int>(i) + 1;
    }
  }
}

std::vector<PageOfBands> pages_of(const Flow& flow, const look::Sheet& sheet) {
  std::vector<Band> bands;
  for (const Strip& strip : flow.strips()) bands.push_back(strip.band);
  auto pages = paginate_fully(bands, sheet.height - look::kTop - look::kBottom);
  number_pages(flow, pages);
  return pages;
}

Result<std::string> draw(const Flow& flow, const Margins& margins, const Document& document,
                         const look::Sheet& sheet) {
  const auto pages = pages_of(flow, sheet);
  Canvas canvas(sheet, document);
  int parent = 0;
  for (const Bookmark& bookmark : flow.bookmarks()) {
    const int id = canvas.bookmark(bookmark.below ? parent : 0, bookmark.title, bookmark.anchor);
    if (!bookmark.below) parent = id;
  }
  Drawer drawer(flow, margins, sheet, canvas);
  canvas.begin("Document");
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (i > 0) canvas.next_page();
    drawer.page(pages[i], i + 1, pages.size());
  }
  canvas.end("Document");
  return canvas.finish();
}

Result<std::string> draw_first(const Flow& flow, const Margins& margins,
                               const Document& /*document*/, const look::Sheet& sheet) {
  constexpr double kPixelsPerPoint = 2;
  const auto pages = pages_of(flow, sheet);
  Canvas canvas(sheet, kPixelsPerPoint);
  if (!pages.empty()) {
    Drawer(flow, margins, sheet, canvas).page(pages.front(), 1, pages.size());
  }
  return canvas.finish();
}

using Draw = Result<std::string>(const Flow&, const Margins&, const Document&, const look::Sheet&);

// Set with our own fonts, and once more with the machine's where those lack letters.
Result<std::string> set_and_draw(const Document& document, Draw* how) {
  if (auto fonts = chart::use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  const auto sheet = look::sheet_of(document.paper);
  Typesetter type;
  const Flow flow = compose(document, type, sheet);
  const Margins margins = margins_of(document, type, sheet);
  if (type.missing().empty()) return how(flow, margins, document, sheet);
  const auto map = chart::font_map_for(type.missing());
  if (!map) return std::unexpected(map.error());
  const std::unique_ptr<PangoFontMap, decltype(&g_object_unref)> fonts(*map, g_object_unref);
  Typesetter other(fonts.get());
  const Flow again = compose(document, other, sheet);
  return how(again, margins_of(document, other, sheet), document, sheet);
}

}  // namespace

Result<std::string> pdf(const Document& document) { return set_and_draw(document, draw); }

Result<std::string> first_page(const Document& document) {
  Document front = document;
  // Few enough for no contents, which would be of pages that are not there.
  if (front.sections.size() > kFewSections) front.sections.resize(kFewSections);
  return set_and_draw(front, draw_first);
}

}  // namespace tt::report
