// CSV as RFC 4180 has it, record by record. Reads LF, CRLF and lone CR-LF mixtures; doubled quotes
// and line ends inside of quotes.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tt {

/// Cuts records off a text that holds whole records. One thread. The cells of a record are views
/// into the text or into this, and live until the next record.
class CsvReader {
 public:
  explicit CsvReader(char separator = ',') : separator_(separator) {}

  /// Cuts the next record off `text` into cells(). False at the end. Empty lines are passed over,
  /// but counted by lines(). A quote that is never closed takes the rest of the text; broken() says
  /// so.
  bool next(std::string_view& text);

  const std::vector<std::string_view>& cells() const { return cells_; }
  /// Line ends that the last call passed, blank lines before the record included, and of them those
  /// before the record began.
  std::size_t lines() const { return lines_; }
  std::size_t blank_lines() const { return blank_lines_; }
  bool broken() const { return broken_; }

 private:
  std::string_view quoted_cell(std::string_view& text);

  char separator_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // cells that had doubled quotes
  std::size_t lines_ = 0;
  std::size_t blank_lines_ = 0;
  bool broken_ = false;
};

/// Where the record that begins at `from` ends (behind its line end); npos where `text` ends first.
/// For cutting a file into blocks of whole records.
std::size_t csv_record_end(std::string_view text, std::size_t from, char separator);

}  // namespace tt
