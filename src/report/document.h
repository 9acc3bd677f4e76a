// A report as a value: what it says, section by section, apart from how a format writes it down.
// Markdown, HTML, PDF, slides and the rest all take the same document.
//
// Every text may hold foreign bytes (names of models, errors of servers): whoever writes them
// escapes them. Pure data; from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace tt::report {

/// What a text says of its subject; formats show it by colour and, beside it, by a word or a sign.
enum class Tone : std::uint8_t { kPlain, kQuiet, kGood, kWarn, kBad };

struct Span {
  std::string text;
  Tone tone = Tone::kPlain;
  bool strong = false;
  bool code = false;  // as it stands in a file or on a command line
};
using Text = std::vector<Span>;

struct Paragraph {
  Text text;
};

struct Bullets {
  std::vector<Text> items;
};

/// What must not be overlooked: the verdict, a failed check.
struct Callout {
  Tone tone = Tone::kPlain;
  std::string title;
  Text text;
};

/// A figure to be seen from afar.
struct Card {
  std::string label;  // "output tokens/s"
  std::string value;  // "1,060"
  std::string note;   // "95% 1,043 to 1,077"; may be empty
  Tone tone = Tone::kPlain;
};
/// Cards that belong together, of one target.
struct Cards {
  std::string title;
  std::vector<Card> cards;
};

enum class Align : std::uint8_t { kLeft, kRight };
struct Column {
  std::string title;  // with the unit
  Align align = Align::kLeft;
};
struct Cell {
  std::string text;              // for people
  std::optional<double> number;  // the same unrounded, for formats that calculate
  Tone tone = Tone::kPlain;
  bool strong = false;
};
/// Rows have as many cells as there are columns.
struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::string note;  // below it; may be empty
};

/// Words and what they mean.
struct Terms {
  std::vector<std::pair<std::string, std::string>> entries;
};

/// Text of a file, kept line by line.
struct Listing {
  std::string title;
  std::string text;
};

/// A chart, drawn. Formats that have no pictures tell its alternative in words.
struct Picture {
  std::string id;  // of the catalogue of charts
  std::string title;
  std::string alt;    // the same as words alone
  std::string note;   // how to read it; may be empty
  std::string light;  // SVG for screens, on a light ground; empty: no screen was asked for
  std::string dark;   // on a dark one; empty: there is only the other
  std::string paper;  // SVG for paper: smaller, with letters of the same size; empty: take light
  std::string chart;  // chart::chart_json, for formats that draw it anew; may be empty
  Table figures;      // behind it, cut where there are many; may have no columns
};

using Block = std::variant<Paragraph, Bullets, Callout, Cards, Table, Terms, Listing, Picture>;

struct Section {
  std::string id;  // "answer": for links and templates
  std::string title;
  std::vector<Block> blocks;
};

/// Of formats that have pages.
enum class Paper : std::uint8_t { kA4, kLetter };

/// A sign of whom it comes from, on the first page.
struct Logo {
  std::string bytes;  // of a PNG or an SVG; empty: there is none
  bool svg = false;
  std::string alt;  // in words
};

struct Document {
  std::string title;
  std::string subtitle;
  /// Where the figures come from: run, when, load, version. In every format.
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<Section> sections;
  /// The wall clock when what it tells of began (nanoseconds since 1970), as the date of files that
  /// carry one; 0: not known.
  Nanos measured = 0;
  Paper paper = Paper::kA4;
  Logo logo = {};
  std::string accent = {};  // "#1d4ed8": of headings and rules; empty: the format's own
};

/// A text of one plain span.
inline Text plain(std::string text) { return {{.text = std::move(text)}}; }

}  // namespace tt::report
