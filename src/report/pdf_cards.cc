// Figures to be seen from afar, as cards in rows.
#include <algorithm>
#include <string_view>
#include <utility>

#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr std::size_t kMostCardsARow = 4;
constexpr double kCardGap = 9;
constexpr double kCardPad = 9;

struct SetCard {
  Lines label;
  Lines value;
  Lines note;
  Tone tone = Tone::kPlain;
  double height() const { return label.height() + value.height() + note.height() + 2 * kCardPad; }
};

SetCard set_card(Typesetter& type, const Card& card, double width) {
  const auto text = [](std::string_view t, std::size_t most) { return paper_text(t, most, most); };
  const std::string value = marked(card.tone, text(card.value, 40));
  return {
      .label = type.set(text(card.label, 80),
                        {.size = look::kTiny + 0.5, .tone = Tone::kQuiet, .leading = 1.3}, width),
      .value = type.set_smaller(
          value, {.size = 16, .strong = true, .tone = card.tone, .leading = 1.4, .figures = true},
          width),
      .note = type.set(text(card.note, 80),
                       {.size = look::kTiny, .tone = Tone::kQuiet, .leading = 1.3}, width),
      .tone = card.tone};
}

void draw_card(Canvas& canvas, const SetCard& card, const Box& box) {
  const bool good = card.tone == Tone::kGood;
  if (good) canvas.fill(box, look::wash_of(card.tone), 4);
  canvas.outline_box(box, good ? look::ink_of(card.tone) : look::kLine, 4, 0.75);
  canvas.begin("P");
  double y = box.y + kCardPad;
  for (const Lines* lines : {&card.label, &card.value, &card.note}) {
    lines->draw(canvas.cairo(), box.x + kCardPad, y);
    y += lines->height();
  }
  canvas.end("P");
}

}  // namespace

void add_cards(Flow& flow, const Cards& cards) {
  add_subheading(flow, cards.title);
  const std::size_t count = cards.cards.size();
  if (count == 0) return;
  // In rows as even as can be: five are three and two.
  const std::size_t rows = (count + kMostCardsARow - 1) / kMostCardsARow;
  const std::size_t per_row = (count + rows - 1) / rows;
  const auto many = static_cast<double>(std::max<std::size_t>(per_row, 3));
  const double width = (flow.width() - (many - 1) * kCardGap) / many;
  for (std::size_t first = 0; first < count; first += per_row) {
    std::vector<SetCard> row;
    double height = 0;
    for (std::size_t i = first; i < std::min(first + per_row, count); ++i) {
      row.push_back(set_card(flow.type(), cards.cards[i], width - 2 * kCardPad));
      height = std::max(height, row.back().height());
    }
    if (first > 0) flow.blank(kCardGap);
    flow.add({.band = {.height = height},
              .group = flow.group({.tag = "Div"}),
              .paint = [row = std::move(row), width](Canvas& canvas, const Box& box) {
                for (std::size_t i = 0; i < row.size(); ++i) {
                  const double x = box.x + static_cast<double>(i) * (width + kCardGap);
                  draw_card(canvas, row[i], {x, box.y, width, box.height});
                }
              }});
  }
  flow.blank(4);
}

}  // namespace tt::report
