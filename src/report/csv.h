// CSV as RFC 4180 has it, safe to open in a spreadsheet.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace tt::report {

/// A text cell: quoted where it holds a comma, a quote or a line break. Text that a spreadsheet
/// would run as a formula (beginning with = + - @, tab or carriage return) gets an apostrophe
/// before it. Control characters become blanks, for such files are shown by terminals too.
std::string csv_text(std::string_view text);
/// A number as the shortest decimal that reads back the same; empty for nullopt and what is not
/// finite.
std::string csv_number(std::optional<double> value);

/// Writes one record; lines end in CRLF. Cells are added as they come.
class CsvLine {
 public:
  explicit CsvLine(std::ostream& out) : out_(out) {}
  ~CsvLine() { out_ << "\r\n"; }
  CsvLine(const CsvLine&) = delete;
  CsvLine& operator=(const CsvLine&) = delete;

  CsvLine& text(std::string_view value) { return cell(csv_text(value)); }
  CsvLine& number(std::optional<double> value) { return cell(csv_number(value)); }
  /// Trusted: written as it is.
  CsvLine& cell(std::string_view value);

 private:
  std::ostream& out_;
  bool first_ = true;
};

}  // namespace tt::report
