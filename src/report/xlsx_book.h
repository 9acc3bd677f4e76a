// libxlsxwriter for the sheets of xlsx.h: styles by meaning, foreign text made safe. Sheets are
// written row by row, downwards: a row that is left is on the disk.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <xlsxwriter.h>

#include "base/error.h"
#include "report/document.h"
#include "report/office_pictures.h"
#include "report/tone.h"

namespace tt::report {

using RowIndex = std::uint32_t;
using ColumnIndex = std::size_t;

inline constexpr const char* kSheetFont = "Arial";  // every machine has it, or one like it

/// How a cell looks.
struct CellLook {
  std::string number = {};  // Excel's format; empty: as it is
  Tone tone = Tone::kPlain;
  bool strong = false;
  bool wrap = false;
  bool right = false;
  bool head = false;    // of a table
  bool input = false;   // an assumption, to be changed
  bool accent = false;  // a heading: in the document's own colour, if it has one
  int size = 10;        // of the letters, in points
  int indent = 0;
  auto operator<=>(const CellLook&) const = default;
};

// Number formats.
inline constexpr const char* kWhole = "#,##0";
inline constexpr const char* kShareFormat = "0.0%";
/// With about three significant digits for values of this size.
std::string number_format(double size);
/// "$#,##0.00".
std::string money_format(std::string_view currency, double size);

class Book;

/// One sheet. Rows and columns count from 0.
class Sheet {
 public:
  Sheet(Book& book, lxw_worksheet* sheet, std::string name)
      : book_(&book), sheet_(sheet), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  lxw_worksheet* raw() const { return sheet_; }

  /// A text, whatever it looks like; cut to what a cell holds.
  void text(RowIndex row, ColumnIndex column, std::string_view text, const CellLook& look = {});
  /// Nothing where there is no number or it is not finite.
  void number(RowIndex row, ColumnIndex column, std::optional<double> value, const CellLook& look);
  /// Our own formula, and what it gives: for programs that do not calculate. nullopt: an empty
  /// text.
  void formula(RowIndex row, ColumnIndex column, const std::string& formula,
               std::optional<double> value, const CellLook& look);
  /// A cell of a document's table: its number where it has one, else its text.
  void cell(RowIndex row, ColumnIndex column, const Cell& cell, std::string_view number_format,
            Align align);
  void height(RowIndex row, double points);
  /// A PNG with its corner at the cell's, in points. `alt`: in words.
  void image(RowIndex row, ColumnIndex column, const OfficePicture& picture, std::string_view alt);
  /// A text over several columns.
  void wide(RowIndex row, ColumnIndex from, ColumnIndex to, std::string_view text,
            const CellLook& look);
  /// In letters.
  void width(ColumnIndex from, ColumnIndex to, double letters);
  /// The heading that stays in sight, and filters over what is below it.
  void freeze(RowIndex rows, ColumnIndex columns);
  void filter(RowIndex from, RowIndex to, ColumnIndex columns);
  /// "'Name'!$B$3"
  std::string at(RowIndex row, ColumnIndex column) const;

 private:
  Book* book_;
  lxw_worksheet* sheet_;
  std::string name_;
};

class Book {
 public:
  /// kUnavailable where the system gives no memory for it.
  static Result<Book> create();

  /// A name that Excel takes and that no other sheet has is made of `name`.
  Sheet& sheet(std::string_view name);
  lxw_format* format(const CellLook& look);
  lxw_workbook* raw() const { return book_.get(); }
  /// A name for a cell: "Utilization", to be used in formulas.
  void name(const std::string& name, const std::string& cell);
  /// And the colour of its headings.
  void properties(const Document& document);
  /// The first thing that went wrong, if any; says what to do.
  void check(lxw_error error);

  /// Ends it.
  Result<std::string> bytes();

 private:
  Book() = default;

  struct Close {
    void operator()(lxw_workbook* book) const { workbook_close(book); }
  };
  struct CloseFile {
    void operator()(const int* fd) const;
  };
  std::unique_ptr<int, CloseFile> file_;
  std::unique_ptr<lxw_workbook, Close> book_;
  std::map<CellLook, lxw_format*> formats_;
  std::vector<std::unique_ptr<Sheet>> sheets_;
  std::set<std::string> names_;  // of sheets, in small letters
  std::optional<Rgb> accent_;
  lxw_error error_ = LXW_NO_ERROR;
};

/// A text as a cell holds it: at most 32,767 characters, and no _x0041_ that Excel would decode.
std::string excel_text(std::string_view text);
/// A name of a sheet: at most 31 characters, none of []:*?/\, no apostrophe at an end.
std::string sheet_name(std::string_view name);

}  // namespace tt::report
