#include "report/slide_layout.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/safe_text.h"
#include "base/text.h"
#include "report/cut_text.h"
#include "report/slides.h"

namespace tt::report {
namespace {

constexpr std::array kSizes = {22.0, 20.0, 18.0, 16.0, 14.0, 12.0, 11.0};
constexpr double kGap = 14;       // between blocks
constexpr double kBulletGap = 6;  // between bullets
constexpr double kCardHeight = 96;
constexpr double kNoteSize = 10;
constexpr double kSmallCell = 11;
constexpr double kMuch = 1.2;              // a few cells may wrap
constexpr std::size_t kMostLetters = 400;  // of a paragraph or bullet
constexpr std::size_t kMostOfCell = 140;
constexpr std::size_t kMostColumns = 9;

double table_size(double size) { return std::max(9.0, size - 4); }

bool is_strong(const Text& text) {
  return std::ranges::any_of(text, [](const Span& span) { return span.strong; });
}

// At most so many letters over all spans.
Text shortened(Text text, std::size_t most) {
  std::size_t left = most;
  for (Span& span : text) {
    span.text = cut_text(safe_text(span.text), left);
    left -= std::min(left, span.text.size());
  }
  return text;
}

// As slides show them: nothing too long, nothing that is not for slides.
std::vector<Block> for_slides(const std::vector<Block>& blocks) {
  std::vector<Block> kept;
  for (const Block& block : blocks) {
    if (const auto* p = std::get_if<Paragraph>(&block)) {
      kept.emplace_back(Paragraph{shortened(p->text, kMostLetters)});
    } else if (const auto* bullets = std::get_if<Bullets>(&block)) {
      Bullets shorter;
      for (const Text& item : bullets->items) {
        shorter.items.push_back(shortened(item, kMostLetters));
      }
      kept.emplace_back(std::move(shorter));
    } else if (const auto* terms = std::get_if<Terms>(&block)) {
      Bullets bulleted;
      for (const auto& [term, meaning] : terms->entries) {
        bulleted.items.push_back(
            shortened({{.text = term, .strong = true}, {.text = ": " + meaning}}, kMostLetters));
      }
      kept.emplace_back(std::move(bulleted));
    } else if (const auto* table = std::get_if<Table>(&block)) {
      Table shorter = *table;
      shorter.columns.resize(std::min(shorter.columns.size(), kMostColumns));
      for (Column& column : shorter.columns) {
        column.title = cut_text(safe_text(column.title), kMostOfCell);
      }
      for (auto& row : shorter.rows) {
        row.resize(shorter.columns.size());
        for (Cell& cell : row) cell.text = cut_text(safe_text(cell.text, true), kMostOfCell);
      }
      shorter.note = cut_text(safe_text(shorter.note), kMostLetters);
      kept.emplace_back(std::move(shorter));
    } else if (const auto* cards = std::get_if<Cards>(&block)) {
      kept.emplace_back(*cards);
    }
  }
  return kept;
}

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Widths of columns: in which no word is broken, and in which nothing is wrapped.
struct ColumnNeeds {
  std::vector<double> least;
  std::vector<double> natural;
};

ColumnNeeds needs_of(TextFit& fit, const Table& table, double size, double width) {
  const double margins = 2 * kCellMargin + 1;
  ColumnNeeds needs;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    double longest_word = 0;
    double longest = 0;
    const auto look_at = [&](const std::string& text, bool strong) {
      for (const auto line : split(text, '\n')) {
        longest = std::max(longest, fit.width(line, size, strong));
        for (const auto word : split(line, ' ')) {
          longest_word = std::max(longest_word, fit.width(word, size, strong));
        }
      }
    };
    look_at(table.columns[c].title, true);
    for (const auto& row : table.rows) {
      // Room for the sign before it, too.
      const std::string sign = row[c].tone == Tone::kPlain ? "" : "✓ ";
      look_at(sign + row[c].text, row[c].strong);
    }
    const double most = width / static_cast<double>(std::min<std::size_t>(3, table.columns.size()));
    needs.least.push_back(std::min(longest_word, most) + margins);
    needs.natural.push_back(std::max(std::min(longest, width) + margins, needs.least.back()));
  }
  return needs;
}

class Placer {
 public:
  Placer(TextFit& fit, double width) : fit_(fit), width_(width) {}

  double text_height(const Text& text, double size, double width) {
    const auto lines = fit_.lines(plain_text(text), size, width, is_strong(text));
    return static_cast<double>(lines) * size * kLineHeight;
  }

  double bullets_height(const Bullets& bullets, double size) {
    double height = 0;
    for (const Text& item : bullets.items) {
      height += text_height(item, size, width_ - kBulletIndent) + kBulletGap;
    }
    return height;
  }

  PlacedBlock table_at(const Table& table, double size) {
    const double letters = fitting_size(fit_, table, table_size(size), kSmallCell, width_);
    PlacedBlock placed{.box = {}, .block = table, .size = letters};
    placed.columns = column_widths(fit_, table, placed.size, width_);
    std::vector<Cell> head;
    for (const Column& column : table.columns) {
      head.push_back({.text = column.title, .number = {}, .strong = true});
    }
    placed.rows.push_back(row_height(head, placed));
    for (const auto& row : table.rows) placed.rows.push_back(row_height(row, placed));
    placed.box.height = sum_of(placed.rows);
    if (!table.note.empty()) placed.box.height += note_height(table.note);
    return placed;
  }

  double note_height(const std::string& note) {
    return 6 + static_cast<double>(fit_.lines(note, kNoteSize, width_)) * kNoteSize * kLineHeight;
  }

  PlacedBlock block_at(const Block& block, double size) {
    if (const auto* table = std::get_if<Table>(&block)) return table_at(*table, size);
    PlacedBlock placed{.box = {}, .block = block, .size = size};
    if (const auto* p = std::get_if<Paragraph>(&block)) {
      placed.box.height = text_height(p->text, size, width_);
    } else if (const auto* bullets = std::get_if<Bullets>(&block)) {
      placed.box.height = bullets_height(*bullets, size);
    } else {
      placed.box.height = kCardHeight;
    }
    return placed;
  }

  // As much of it as there is room for; false where nothing is.
  bool shrink(PlacedBlock& placed, double room) {
    if (auto* bullets = std::get_if<Bullets>(&placed.block)) {
      while (!bullets->items.empty() && bullets_height(*bullets, placed.size) > room) {
        bullets->items.pop_back();
      }
      placed.box.height = bullets_height(*bullets, placed.size);
      return !bullets->items.empty();
    }
    if (auto* table = std::get_if<Table>(&placed.block)) {
      table->note.clear();
      while (!table->rows.empty() && sum_of(placed.rows) > room) {
        table->rows.pop_back();
        placed.rows.pop_back();
      }
      placed.box.height = sum_of(placed.rows);
      return !table->rows.empty();
    }
    return false;
  }

 private:
  double row_height(const std::vector<Cell>& row, const PlacedBlock& placed) {
    std::size_t lines = 1;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double room = placed.columns[c] - 2 * kCellMargin;
      lines = std::max(lines, fit_.lines(row[c].text, placed.size, room, row[c].strong));
    }
    return static_cast<double>(lines) * placed.size * kLineHeight + 2 * cell_padding(placed.size);
  }

  TextFit& fit_;
  double width_;
};

double height_of(const std::vector<PlacedBlock>& placed) {
  double height = placed.empty() ? 0 : kGap * static_cast<double>(placed.size() - 1);
  for (const auto& one : placed) height += one.box.height;
  return height;
}

// Blocks in the smallest letters, cut where the room ends.
std::vector<PlacedBlock> cut_to(Placer& placer, std::vector<PlacedBlock> all, double room) {
  PlacedBlock more = placer.block_at(
      Paragraph{{{.text = "More in the report.", .tone = Tone::kQuiet}}}, kSizes.back());
  room -= more.box.height + kGap;
  std::vector<PlacedBlock> kept;
  for (auto& one : all) {
    const double left = room - height_of(kept) - (kept.empty() ? 0 : kGap);
    if (one.box.height <= left || placer.shrink(one, left)) kept.push_back(std::move(one));
  }
  kept.push_back(std::move(more));
  return kept;
}

}  // namespace

std::vector<double> column_widths(TextFit& fit, const Table& table, double size, double width) {
  const auto needs = needs_of(fit, table, size, width);
  const double least_sum = sum_of(needs.least);
  const double sum = sum_of(needs.natural);
  std::vector<double> widths = needs.natural;
  for (std::size_t c = 0; c < widths.size(); ++c) {
    if (sum <= width) {
      widths[c] += (width - sum) / static_cast<double>(widths.size());
    } else if (least_sum < width) {
      const double share = (width - least_sum) / (sum - least_sum);
      widths[c] = needs.least[c] + (needs.natural[c] - needs.least[c]) * share;
    } else {
      widths[c] = needs.least[c] * width / least_sum;
    }
  }
  return widths;
}

double fitting_size(TextFit& fit, const Table& table, double size, double least, double width) {
  while (size > least && sum_of(needs_of(fit, table, size, width).natural) > kMuch * width) {
    size -= 1;
  }
  return size;
}

std::vector<PlacedBlock> place_blocks(TextFit& fit, const std::vector<Block>& blocks,
                                      const Box& area) {
  Placer placer(fit, area.width);
  const auto kept = for_slides(blocks);
  std::vector<PlacedBlock> placed;
  for (const double size : kSizes) {
    placed.clear();
    for (const Block& block : kept) placed.push_back(placer.block_at(block, size));
    if (height_of(placed) <= area.height) break;
  }
  if (height_of(placed) > area.height) placed = cut_to(placer, std::move(placed), area.height);
  double y = area.y;
  for (auto& one : placed) {
    one.box = {area.x, y, area.width, one.box.height};
    y += one.box.height + kGap;
  }
  return placed;
}

}  // namespace tt::report
