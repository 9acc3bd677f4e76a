#include "report/markdown.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/isolates.h"
#include "base/safe_text.h"
#include "report/tone.h"

namespace tt::report {
namespace {

// The longest run of backticks in `text`: a fence must be longer.
std::size_t longest_ticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// What markup could be anywhere in a line.
std::string escaped(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_[]<>|~&$";
  std::string out;
  for (const char c : isolated(safe_text(text))) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// An escaped line that begins neither a heading nor a list nor a rule nor code.
std::string begun(std::string line) {
  const auto first = line.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  line.erase(0, first);
  if (std::string_view("#-+=").find(line.front()) != std::string_view::npos) {
    line.insert(0, 1, '\\');
  }
  const auto digits = line.find_first_not_of("0123456789");
  const bool numbered = digits != 0 && digits != std::string::npos &&
                        (line[digits] == '.' || line[digits] == ')') &&
                        (digits + 1 == line.size() || line[digits + 1] == ' ');
  if (numbered) line.insert(digits, 1, '\\');
  return line;
}

std::string code_span(std::string_view text) {
  const std::string fence(longest_ticks(text) + 1, '`');
  const bool padded = text.starts_with('`') || text.ends_with('`');
  return fmt::format("{0}{1}{2}{1}{0}", fence, padded ? " " : "", safe_text(text));
}

std::string text_of(const Text& text) {
  std::string out;
  for (const Span& span : text) {
    if (span.text.empty()) continue;
    const std::string one = span.code ? code_span(span.text) : escaped(span.text);
    // Blanks stand outside of the stars, or they would be no emphasis.
    const auto from = one.find_first_not_of(' ');
    const auto past = one.find_last_not_of(' ') + 1;
    if (!span.strong || from == std::string::npos) {
      out += one;
    } else {
      out += fmt::format("{}**{}**{}", one.substr(0, from), one.substr(from, past - from),
                         one.substr(past));
    }
  }
  return begun(std::move(out));
}

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void heading(int level, std::string_view title) {
    paragraph(std::string(static_cast<std::size_t>(level), '#') + " " + markdown_text(title));
  }

  void paragraph(std::string_view text) {
    if (text.empty()) return;
    if (!out_.empty()) out_ += '\n';
    out_ += text;
    out_ += '\n';
  }

  void operator()(const Paragraph& p) { paragraph(text_of(p.text)); }

  void operator()(const Bullets& bullets) {
    std::string lines;
    for (const Text& item : bullets.items) {
      lines += (lines.empty() ? "- " : "\n- ") + text_of(item);
    }
    paragraph(lines);
  }

  void operator()(const Callout& callout) {
    std::string lines =
        "> " + marked(callout.tone, fmt::format("**{}**", markdown_text(callout.title)));
    if (!callout.text.empty()) lines += "\n>\n> " + text_of(callout.text);
    paragraph(lines);
  }

  void operator()(const Cards& cards) {
    Table table{.title = cards.title, .columns = {}, .rows = {}, .note = {}};
    auto& row = table.rows.emplace_back();
    for (const Card& card : cards.cards) {
      table.columns.push_back({card.label, Align::kRight});
      row.push_back(
          {.text = card.note.empty() ? card.value : fmt::format("{} ({})", card.value, card.note),
           .number = {},
           .tone = card.tone});
    }
    (*this)(table);
  }

  void operator()(const Table& table) {
    if (table.columns.empty()) return;
    if (!table.title.empty()) paragraph("**" + markdown_text(table.title) + "**");
    std::string lines = "|";
    for (const Column& column : table.columns) lines += fmt::format(" {} |", escaped(column.title));
    lines += "\n|";
    for (const Column& column : table.columns) {
      lines += column.align == Align::kRight ? "---:|" : "---|";
    }
    for (const auto& row : table.rows) {
      lines += "\n|";
      for (const Cell& one : row) {
        std::string text = escaped(one.text);
        if (one.strong && !text.empty()) text = "**" + text + "**";
        lines += fmt::format(" {} |", marked(one.tone, text));
      }
    }
    paragraph(lines);
    paragraph(markdown_text(table.note));
  }

  void operator()(const Terms& terms) {
    std::string lines;
    for (const auto& [term, meaning] : terms.entries) {
      lines += fmt::format("{}- **{}**: {}", lines.empty() ? "" : "\n", markdown_text(term),
                           markdown_text(meaning));
    }
    paragraph(lines);
  }

  void operator()(const Picture& picture) {
    paragraph(fmt::format("**{}**: {}", escaped(picture.title), escaped(picture.alt)));
  }

  void operator()(const Listing& listing) {
    if (!listing.title.empty()) paragraph("**" + markdown_text(listing.title) + "**");
    const std::string fence(std::max<std::size_t>(3, longest_ticks(listing.text) + 1), '`');
    paragraph(fmt::format("{0}text\n{1}{2}{0}", fence, safe_text(listing.text, true),
                          listing.text.ends_with('\n') ? "" : "\n"));
  }

 private:
  std::string out_;
};

}  // namespace

std::string markdown_text(std::string_view text) { return begun(escaped(text)); }

std::string markdown(const Document& document) {
  Writer writer;
  writer.heading(1, document.title);
  writer.paragraph(markdown_text(document.subtitle));
  for (const Section& section : document.sections) {
    writer.heading(2, section.title);
    for (const Block& block : section.blocks) std::visit(writer, block);
  }
  if (!document.metadata.empty()) {
    writer.heading(2, "Source");
    writer(Terms{document.metadata});
  }
  return writer.take();
}

}  // namespace tt::report
