// Running text on paper: headings, paragraphs, lists, callouts, terms, listings.
#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr double kAfterBlock = 9;
constexpr double kBulletIndent = 13;
constexpr double kCalloutPad = 11;
constexpr double kListingPad = 9;
constexpr double kTermShare = 0.24;  // of the width
constexpr std::size_t kKeptLines = 12;
constexpr std::size_t kFewLines = 3;

Lettering body() { return {.size = look::kBody}; }

double measure(const Flow& flow) { return std::min(flow.width(), look::kMeasure); }

// Blank within a group, above or below its text.
void add_pad(Flow& flow, double height, int group, bool with_next) {
  flow.add({.band = {.height = height, .with_next = with_next}, .group = group});
}

// `follows`: something does, to which a short paragraph leads.
void add_paragraph(Flow& flow, const Paragraph& paragraph, bool follows) {
  const int group = flow.group({.tag = "P"});
  const Lines lines = flow.type().set(paragraph.text, body(), measure(flow));
  flow.add_lines(lines, 0, group);
  if (follows && lines.count() <= kFewLines) flow.keep();
}

void add_bullets(Flow& flow, const Bullets& bullets) {
  if (bullets.items.empty()) return;
  const int list = flow.group({.tag = "L"});
  for (std::size_t i = 0; i < bullets.items.size(); ++i) {
    if (i > 0) flow.blank(3.5);
    const int item = flow.group({.tag = "LI", .parent = list});
    const Lines lines = flow.type().set(bullets.items[i], body(), measure(flow) - kBulletIndent);
    const double dot = lines.height(0) / 2 + 0.4;
    const std::size_t first = flow.strips().size();
    flow.add_lines(lines, kBulletIndent, item);
    flow.decorate(first, [dot, accent = flow.accent()](Canvas& canvas, const Box& box) {
      canvas.fill({box.x + 3, box.y + dot - 1.6, 3.2, 3.2}, accent, 1.6);
    });
    // No item is alone at the foot or the head of a page.
    const bool last = i + 1 == bullets.items.size();
    if (!last && (i == 0 || i + 2 == bullets.items.size())) flow.keep();
  }
}

}  // namespace

void add_callout(Flow& flow, const Callout& callout, double size) {
  const auto ink = look::ink_of(callout.tone);
  const auto wash = look::wash_of(callout.tone);
  const int group = flow.group({.tag = "P", .ground = [ink, wash](Canvas& canvas, const Box& box) {
                                  canvas.fill(box, wash);
                                  canvas.fill({box.x, box.y, 3, box.height}, ink);
                                }});
  const double left = kCalloutPad + 4;
  Text head;
  if (const auto sign = sign_of(callout.tone); !sign.empty()) {
    head.push_back({.text = std::string(sign) + "  ", .tone = callout.tone});
  }
  head.push_back({.text = callout.title});
  const double width = flow.width() - left - kCalloutPad;
  const Lines title = flow.type().set(head, {.size = size, .strong = true, .leading = 1.35}, width);
  add_pad(flow, kCalloutPad, group, true);
  const bool whole = title.count() <= kKeptLines;
  flow.add_lines(title, left, group, whole);
  if (!callout.text.empty()) {
    flow.keep();
    const Lines text = flow.type().set(callout.text, body(), width);
    flow.add_lines(text, left, group, whole && text.count() <= kKeptLines);
  }
  flow.keep();
  add_pad(flow, kCalloutPad, group, false);
}

namespace {

void add_terms(Flow& flow, const Terms& terms) {
  const double indent = kTermShare * flow.width();
  for (const auto& [term, meaning] : terms.entries) {
    const int group = flow.group({.tag = "P"});
    const Lines name = flow.type().set(term, {.size = look::kBody, .strong = true}, indent - 10);
    const Lines text = flow.type().set(meaning, {.size = look::kBody},
                                       std::min(flow.width() - indent, look::kMeasure));
    const std::size_t count = std::max(name.count(), text.count());
    for (std::size_t i = 0; i < count; ++i) {
      const double height =
          std::max(i < name.count() ? name.height(i) : 0, i < text.count() ? text.height(i) : 0);
      const bool last = i + 1 == count;
      const bool together = !last && (count <= kKeptLines || i == 0 || i + 2 == count);
      flow.add({.band = {.height = height, .with_next = together},
                .group = group,
                .paint = [name, text, i, indent](Canvas& canvas, const Box& box) {
                  if (i < name.count()) name.draw(canvas.cairo(), i, box.x, box.y);
                  if (i < text.count()) text.draw(canvas.cairo(), i, box.x + indent, box.y);
                }});
    }
    flow.blank(4);
  }
}

void add_listing(Flow& flow, const Listing& listing) {
  add_subheading(flow, listing.title);
  const int group = flow.group({.tag = "P", .ground = [](Canvas& canvas, const Box& box) {
                                  canvas.fill(box, look::kWash, 3);
                                }});
  const Lettering mono{.size = look::kTiny + 0.25, .mono = true, .hang = 16, .whole_words = true};
  add_pad(flow, kListingPad, group, true);
  auto rows = split(listing.text, '\n');
  if (!rows.empty() && rows.back().empty()) rows.pop_back();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    flow.add_lines(flow.type().set(rows[i], mono, flow.width() - 2 * kListingPad), kListingPad,
                   group);
    if (i == 0 || i + 2 >= rows.size()) flow.keep();
  }
  add_pad(flow, kListingPad, group, false);
}

void add_heading(Flow& flow, const std::string& title, const std::string& anchor) {
  const int group = flow.group({.tag = "H1"});
  const Lines lines = flow.type().set(
      title, {.size = look::kHeading, .strong = true, .leading = 1.3}, flow.width());
  flow.blank(22);
  flow.add({.band = {.height = 10, .with_next = true},
            .group = group,
            .paint =
                [accent = flow.accent()](Canvas& canvas, const Box& box) {
                  canvas.fill({box.x, box.y, box.width, 0.6}, look::kLine);
                  canvas.fill({box.x, box.y - 0.7, 28, 2}, accent);
                },
            .anchor = anchor});
  flow.add_lines(lines, 0, group, true);
  flow.keep();
  flow.blank(7);
}

}  // namespace

void add_subheading(Flow& flow, const std::string& title) {
  if (title.empty()) return;
  const int group = flow.group({.tag = "H2"});
  flow.blank(13);
  flow.add_lines(
      flow.type().set(title, {.size = look::kSubheading, .strong = true, .leading = 1.35},
                      flow.width()),
      0, group, true);
  flow.keep();
  flow.blank(4);
}

void add_section(Flow& flow, const Section& section, const std::string& anchor, bool lead) {
  flow.bookmark({.title = section.title, .anchor = anchor});
  add_heading(flow, section.title, anchor);
  int pictures = 0;
  for (std::size_t i = 0; i < section.blocks.size(); ++i) {
    // What a document says first stands large.
    const double size = lead && i == 0 ? look::kVerdict : look::kSubheading;
    const bool follows = i + 1 < section.blocks.size();
    std::visit(
        [&]<class T>(const T& one) {
          if constexpr (std::is_same_v<T, Paragraph>) add_paragraph(flow, one, follows);
          if constexpr (std::is_same_v<T, Bullets>) add_bullets(flow, one);
          if constexpr (std::is_same_v<T, Callout>) add_callout(flow, one, size);
          if constexpr (std::is_same_v<T, Cards>) add_cards(flow, one);
          if constexpr (std::is_same_v<T, Table>) add_table(flow, one);
          if constexpr (std::is_same_v<T, Terms>) add_terms(flow, one);
          if constexpr (std::is_same_v<T, Listing>) add_listing(flow, one);
          if constexpr (std::is_same_v<T, Picture>) {
            add_picture(flow, one, anchor + "-" + std::to_string(++pictures));
          }
        },
        section.blocks[i]);
    flow.blank(kAfterBlock);
  }
}

}  // namespace tt::report
