// Tables on paper.
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "report/pdf_columns.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr double kCellSide = 5;   // blank left and right within a cell
constexpr double kCellTop = 3.6;  // above and below
constexpr std::size_t kMostOfCell = 600;
constexpr std::size_t kMostOfCellWord = 64;
constexpr std::size_t kMostMeasured = 400;  // rows; of more, every so many
constexpr std::size_t kWholeRows = 7;       // a table as short as this is not broken
constexpr double kProbe = 10;               // letters that widths are measured in

// "27.8 (26.7 to 29.2)": what is before the brackets, and they with what they hold.
struct Halves {
  std::string_view value;
  std::string_view brackets;
};
Halves halves_of(std::string_view text) {
  const auto at = text.find(" (");
  if (at == std::string_view::npos || at == 0 || text.back() != ')') return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// A table that is being set: its looks, once known, and its texts.
class Setter {
 public:
  Setter(Flow& flow, const Table& table) : flow_(flow), table_(table) {
    for (const Column& column : table.columns) {
      titles_.push_back(paper_text(column.title, kMostOfCellWord, kMostOfCell));
    }
    std::vector<ColumnNeed> needs;
    for (std::size_t c = 0; c < table.columns.size(); ++c) needs.push_back(need_of(c));
    fit_ = fit_table(needs, look::kTableSizes, 2 * kCellSide, flow.width());
  }

  void run() {
    for (std::size_t i = 0; i < fit_.parts.size(); ++i) {
      std::string title = table_.title;
      if (i > 0) title += title.empty() ? "continued" : ", continued";
      add_subheading(flow_, title);
      add_part(fit_.parts[i]);
    }
  }

 private:
  struct Row {
    std::vector<Lines> cells;
    std::vector<std::optional<Lines>> below;  // brackets
    double height = 0;
  };

  bool is_right(std::size_t c) const { return table_.columns[c].align == Align::kRight; }

  Lettering lettering(double size) const {
    return {.size = size, .leading = 1.35, .figures = true};
  }

  // Bold is measured for all: figures may be bold in one row, and plain in another.
  double width_of(std::string_view text) {
    Lettering letters = lettering(kProbe);
    letters.strong = true;
    return flow_.type().set(paper_text(text, kMostOfCellWord, kMostOfCell), letters, 0).width() /
           kProbe;
  }

  ColumnNeed need_of(std::size_t c) {
    const Lettering letters = lettering(kProbe);
    ColumnNeed need{.wraps = !is_right(c)};
    const auto take = [&](std::string_view text, bool breaks) {
      need.natural = std::max(need.natural, width_of(text));
      const Halves halves = halves_of(text);
      need.stacked = std::max(need.stacked,
                              std::max(width_of(halves.value), width_of(halves.brackets) * kBelow));
      if (breaks) {
        const double word = flow_.type().longest_word(text, letters) / kProbe;
        need.least = std::max(need.least, word * 1.06);  // bold is wider
      }
    };
    const std::size_t step = table_.rows.size() / kMostMeasured + 1;
    for (std::size_t r = 0; r < table_.rows.size(); r += step) {
      const Cell& cell = table_.rows[r][c];
      take(marked(c == 0 ? Tone::kPlain : cell.tone, cell.text), need.wraps);
    }
    // Titles wrap, but their words do not break.
    const double word = flow_.type().longest_word(titles_[c], letters) / kProbe * 1.06;
    need.least = std::max(need.least, word);
    need.natural = std::max(need.natural, word);
    need.stacked = std::max(need.stacked, word);
    need.title = width_of(titles_[c]);
    return need;
  }

  Lines set_cell(const Cell& cell, std::size_t c, std::string_view text, double width) {
    Lettering letters = lettering(fit_.size);
    letters.align = table_.columns[c].align;
    letters.strong = cell.strong || c == 0;
    letters.tone = cell.tone;
    const std::string clean = paper_text(text, kMostOfCellWord, kMostOfCell);
    return flow_.type().set(marked(c == 0 ? Tone::kPlain : cell.tone, clean), letters,
                            width - 2 * kCellSide);
  }

  Row set_row(const TablePart& part, const std::vector<Cell>& cells) {
    Row row;
    for (std::size_t i = 0; i < part.widths.size(); ++i) {
      const std::size_t c = part.columns[i];
      const Cell& cell = cells[c];
      const Halves halves =
          fit_.stacked && is_right(c) ? halves_of(cell.text) : Halves{cell.text, {}};
      row.cells.push_back(set_cell(cell, c, halves.value, part.widths[i]));
      double height = row.cells.back().height();
      auto& below = row.below.emplace_back();
      if (!halves.brackets.empty()) {
        Lettering letters = lettering(fit_.size * kBelow);
        letters.align = Align::kRight;
        letters.tone = Tone::kQuiet;
        below = flow_.type().set(paper_text(halves.brackets, kMostOfCellWord, kMostOfCell), letters,
                                 part.widths[i] - 2 * kCellSide);
        height += below->height();
      }
      row.height = std::max(row.height, height);
    }
    row.height += 2 * kCellTop;
    return row;
  }

  std::size_t add_head(const TablePart& part, int group) {
    std::vector<Lines> titles;
    double height = 0;
    for (std::size_t i = 0; i < part.widths.size(); ++i) {
      const std::size_t c = part.columns[i];
      Lettering letters = lettering(fit_.size * 0.94);
      letters.align = table_.columns[c].align;
      letters.tone = Tone::kQuiet;
      letters.leading = 1.25;
      titles.push_back(flow_.type().set(titles_[c], letters, part.widths[i] - 2 * kCellSide));
      height = std::max(height, titles.back().height());
    }
    const auto paint = [titles, widths = part.widths](Canvas& canvas, const Box& box) {
      canvas.begin("TR");
      double x = box.x;
      for (std::size_t i = 0; i < titles.size(); ++i) {
        canvas.begin("TH");
        const double top = box.y + box.height - 4 - titles[i].height();
        titles[i].draw(canvas.cairo(), x + kCellSide, top);
        canvas.end("TH");
        x += widths[i];
      }
      canvas.end("TR");
      canvas.fill({box.x, box.y + box.height - 0.9, box.width, 0.9}, look::kMuted);
    };
    return flow_.add(
        {.band = {.height = height + 7, .with_next = true}, .group = group, .paint = paint});
  }

  void add_row(const TablePart& part, Row row, Band band, int group) {
    band.height = row.height;
    const auto paint = [row = std::move(row), widths = part.widths](Canvas& canvas,
                                                                    const Box& box) {
      canvas.begin("TR");
      double x = box.x + kCellSide;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        canvas.begin(i == 0 ? "TH" : "TD");
        const double y = box.y + kCellTop;
        row.cells[i].draw(canvas.cairo(), x, y);
        if (row.below[i]) row.below[i]->draw(canvas.cairo(), x, y + row.cells[i].height());
        canvas.end(i == 0 ? "TH" : "TD");
        x += widths[i];
      }
      canvas.end("TR");
      canvas.fill({box.x, box.y + box.height - 0.5, box.width, 0.5}, look::kLine);
    };
    flow_.add({.band = band, .group = group, .paint = paint});
  }

  void add_part(const TablePart& part) {
    const int group = flow_.group({.tag = "Table"});
    const std::size_t head = add_head(part, group);
    const std::size_t count = table_.rows.size();
    for (std::size_t r = 0; r < count; ++r) {
      const bool last = r + 1 == count;
      const bool together = !last && (count <= kWholeRows || r == 0 || r + 2 == count);
      add_row(part, set_row(part, table_.rows[r]), {.with_next = together, .head = head}, group);
    }
  }

  static constexpr double kBelow = 0.88;  // letters of brackets on a line of their own

  Flow& flow_;
  const Table& table_;
  std::vector<std::string> titles_;
  TableFit fit_;
};

}  // namespace

void add_table(Flow& flow, const Table& table) {
  if (table.columns.empty()) return;
  Setter(flow, table).run();
  if (!table.note.empty()) {
    flow.keep();
    flow.blank(5);
    flow.add_lines(
        flow.type().set(table.note, {.size = look::kSmall, .tone = Tone::kQuiet, .leading = 1.4},
                        flow.width()),
        0, flow.group({.tag = "P"}), true);
  }
  flow.blank(12);
}

}  // namespace tt::report
