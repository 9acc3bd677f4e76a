#include "report/xlsx.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/xlsx_sheets.h"

namespace tt::report {
namespace {

constexpr double kFirstLetters = 24;  // of the first column
constexpr double kLetters = 15;       // of each other
constexpr ColumnIndex kColumns = 9;
constexpr std::size_t kLine = 150;  // letters of a text over all columns

// Sections that have their place in the workbook; others get a sheet each.
constexpr std::array<std::string_view, 19> kSummary = {
    "recommendation", "regression", "capacity", "trend", "compliance", "answer",     "scenarios",
    "targets",        "options",    "replicas", "users", "business",   "objectives", "error-budget",
    "throughput",     "failures",   "risks",    "trust", "steps"};
constexpr std::array<std::string_view, 3> kConfiguration = {"assumptions", "configuration",
                                                            "method"};
constexpr std::array<std::string_view, 6> kElsewhere = {"charts",  "insights", "comparison",
                                                        "latency", "cost",     "statistics"};

bool is_one_of(std::span<const std::string_view> ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

std::string text_of(const Text& text) {
  std::string out;
  for (const Span& span : text) out += span.text;
  return out;
}

// The numbers of a column alike: by the largest of them.
std::string column_format(const Table& table, std::size_t column) {
  double size = 0;
  bool shares = false;
  for (const auto& row : table.rows) {
    const Cell& cell = row[column];
    if (!cell.number || !std::isfinite(*cell.number)) continue;
    size = std::max(size, std::fabs(*cell.number));
    shares = shares || cell.text.find('%') != std::string::npos;
  }
  return shares ? kShareFormat : number_format(size);
}

// How many lines the longest of its texts takes in a column.
std::size_t lines_of(const std::vector<Cell>& row) {
  std::size_t lines = 1;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const auto room = static_cast<std::size_t>(c == 0 ? kFirstLetters : kLetters);
    if (!row[c].number) lines = std::max(lines, row[c].text.size() / room + 1);
  }
  return std::min<std::size_t>(lines, 20);
}

class BlockWriter {
 public:
  BlockWriter(Sheet& sheet, RowIndex row) : sheet_(sheet), row_(row) {}
  RowIndex row() const { return row_; }

  void heading(std::string_view title) {
    ++row_;
    sheet_.height(row_, 20);
    sheet_.text(row_++, 0, title, {.strong = true, .accent = true, .size = 13});
  }

  void operator()(const Paragraph& p) { line(text_of(p.text), {}); }
  void operator()(const Bullets& bullets) {
    for (const Text& item : bullets.items) line("• " + text_of(item), {});
  }
  void operator()(const Callout& callout) {
    line(callout.title, {.tone = callout.tone, .strong = true, .size = 12});
    if (!callout.text.empty()) line(text_of(callout.text), {});
  }
  void operator()(const Cards& cards) {
    line(cards.title, {.strong = true});
    for (ColumnIndex c = 0; c < cards.cards.size() && c < kColumns; ++c) {
      sheet_.text(row_, c, cards.cards[c].label, {.tone = Tone::kQuiet});
    }
    ++row_;
    for (ColumnIndex c = 0; c < cards.cards.size() && c < kColumns; ++c) {
      sheet_.text(row_, c, cards.cards[c].value,
                  {.tone = cards.cards[c].tone, .strong = true, .size = 13});
    }
    ++row_;
    for (ColumnIndex c = 0; c < cards.cards.size() && c < kColumns; ++c) {
      sheet_.text(row_, c, cards.cards[c].note, {.tone = Tone::kQuiet, .size = 8});
    }
    row_ += 2;
  }
  void operator()(const Table& table) {
    if (table.columns.empty()) return;
    if (!table.title.empty()) line(table.title, {.strong = true});
    std::vector<std::string> titles;
    std::vector<std::string> formats;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      titles.push_back(table.columns[c].title);
      formats.push_back(column_format(table, c));
    }
    sheet_.height(row_, 28);
    for (ColumnIndex c = 0; c < titles.size(); ++c) {
      const bool right = table.columns[c].align == Align::kRight;
      sheet_.text(row_, c, titles[c],
                  {.right = right, .head = true, .indent = right || c == 0 ? 0 : 1});
    }
    ++row_;
    for (const auto& row : table.rows) {
      sheet_.height(row_, 13.5 * static_cast<double>(lines_of(row)));
      for (ColumnIndex c = 0; c < row.size(); ++c) {
        sheet_.cell(row_, c, row[c], formats[c], table.columns[c].align);
      }
      ++row_;
    }
    if (!table.note.empty()) line(table.note, {.tone = Tone::kQuiet});
    ++row_;
  }
  void operator()(const Terms& terms) {
    for (const auto& [term, meaning] : terms.entries) {
      sheet_.text(row_, 0, term, {.strong = true, .wrap = true});
      rest(1, meaning, {});
    }
  }
  void operator()(const Listing& listing) {
    line(listing.title, {.strong = true});
    for (const auto one : split(listing.text, '\n')) sheet_.text(row_++, 0, one);
  }
  void operator()(const Picture& picture) {
    line(picture.title, {.strong = true});
    line(picture.alt, {});
  }

 private:
  void line(std::string_view text, const CellLook& look) {
    if (!text.empty()) rest(0, text, look);
  }

  // A text over all columns from `first`, in as many lines as it may take.
  void rest(ColumnIndex first, std::string_view text, CellLook look) {
    const std::size_t letters = kLine * (kColumns - first) / kColumns;
    const std::size_t lines = std::min<std::size_t>(20, 1 + text.size() * look.size / 10 / letters);
    look.wrap = true;
    sheet_.height(row_, static_cast<double>(lines) * look.size * 1.35 + 2);
    sheet_.wide(row_++, first, kColumns - 1, text, look);
  }

  Sheet& sheet_;
  RowIndex row_;
};

// Returns the next row.
RowIndex title_lines(Sheet& sheet, const Document& document) {
  sheet.width(0, 0, kFirstLetters);
  sheet.width(1, kColumns - 1, kLetters);
  RowIndex row = 0;
  if (const auto logo = office_logo(document.logo, 150, 40)) {
    // The library places it by rows as high as they are by themselves: three are 45 points.
    sheet.image(0, 0, *logo, document.logo.alt);
    row = 3;
  }
  sheet.height(row, 30);
  sheet.text(row++, 0, document.title, {.strong = true, .accent = true, .size = 18});
  sheet.text(row++, 0, document.subtitle, {.tone = Tone::kQuiet});
  return row;
}

using Sections = std::vector<const Section*>;

Sections sections_of(const Document& document, std::span<const std::string_view> ids) {
  Sections found;
  for (const Section& section : document.sections) {
    if (is_one_of(ids, section.id)) found.push_back(&section);
  }
  return found;
}

void source_lines(Sheet& sheet, RowIndex row, const Document& document,
                  const std::string& left_out) {
  BlockWriter writer(sheet, row);
  writer.heading("Source");
  writer(Terms{document.metadata});
  if (!left_out.empty()) writer(Terms{{{"Requests", left_out}}});
}

void own_sheet(Book& book, const Section& section) {
  Sheet& sheet = book.sheet(section.title);
  sheet.width(0, 0, kFirstLetters);
  sheet.width(1, kColumns - 1, kLetters);
  const Section* one = &section;
  write_sections(sheet, 0, {&one, 1});
}

std::string left_out_text(std::size_t all, std::size_t most) {
  if (all < most) return {};
  return fmt::format(
      "The sheet holds the first {} of {} requests: Excel has {} rows. The run's "
      "requests.parquet has all of them.",
      format_count(most - 1), format_count(all), format_count(most));
}

}  // namespace

RowIndex write_sections(Sheet& sheet, RowIndex row, std::span<const Section* const> sections) {
  BlockWriter writer(sheet, row);
  for (const Section* section : sections) {
    writer.heading(section->title);
    for (const Block& block : section->blocks) std::visit(writer, block);
  }
  return writer.row();
}

RowIndex write_head(Sheet& sheet, RowIndex row, std::span<const std::string> titles,
                    std::size_t left) {
  sheet.height(row, 30);
  for (ColumnIndex c = 0; c < titles.size(); ++c) {
    sheet.text(row, c, titles[c], {.right = c >= left, .head = true});
  }
  return row + 1;
}

Result<std::string> xlsx(const Document& document, const RunSource* source, std::size_t most_rows) {
  auto book = Book::create();
  if (!book) return std::unexpected(book.error());
  book->properties(document);
  Sheet& summary = book->sheet("Summary");
  const RowIndex below = title_lines(summary, document);
  const auto top = sections_of(document, kSummary);
  const RowIndex row = write_sections(summary, below, top);
  source_lines(summary, row, document,
               source == nullptr ? "" : left_out_text(source->rows.size(), most_rows));
  if (source != nullptr) {
    comparison_sheet(*book, *source);
    percentiles_sheet(*book, *source);
    curves_sheet(*book, *source);
    if (auto cost = cost_sheet(*book, *source); !cost) return std::unexpected(cost.error());
    insights_sheet(*book, *source);
  }
  for (const Section& section : document.sections) {
    const bool placed = is_one_of(kSummary, section.id) ||
                        (source != nullptr && (is_one_of(kConfiguration, section.id) ||
                                               is_one_of(kElsewhere, section.id)));
    if (!placed) own_sheet(*book, section);
  }
  if (source != nullptr) {
    configuration_sheet(*book, *source, sections_of(document, kConfiguration));
    requests_sheet(*book, *source, most_rows);
  }
  return book->bytes();
}

}  // namespace tt::report
