#include "base/csv.h"

#include <algorithm>
#include <cstring>

namespace tt {

bool CsvReader::next(std::string_view& text) {
  cells_.clear();
  if (!unquoted_.empty()) unquoted_.clear();
  lines_ = blank_lines_ = 0;
  broken_ = false;
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) {
    if (text.front() == '\n') ++blank_lines_;
    text.remove_prefix(1);
  }
  lines_ = blank_lines_;
  if (text.empty()) return false;
  for (;;) {
    if (!text.empty() && text.front() == '"') {
      cells_.push_back(quoted_cell(text));
    } else {
      const char* at = text.data();
      const char* end = at + text.size();
      while (at != end && *at != separator_ && *at != '\n') ++at;
      auto size = static_cast<std::size_t>(at - text.data());
      std::string_view cell = text.substr(0, size);
      if (at == end || *at == '\n') {
        if (cell.ends_with('\r')) cell.remove_suffix(1);
      }
      cells_.push_back(cell);
      text.remove_prefix(size);
    }
    if (text.empty()) return true;
    const char next = text.front();
    text.remove_prefix(1);
    if (next == '\n') {
      ++lines_;
      return true;
    }
  }
}

// At a quote. What stands between the closing quote and the next separator (a line's CR aside) is
// taken as it is, as other readers do.
std::string_view CsvReader::quoted_cell(std::string_view& text) {
  text.remove_prefix(1);
  std::string* own = nullptr;
  std::size_t at = 0;
  for (;;) {
    at = text.find('"', at);
    if (at == std::string_view::npos) {
      broken_ = true;
      at = text.size();
      break;
    }
    if (at + 1 >= text.size() || text[at + 1] != '"') break;
    if (own == nullptr) own = &unquoted_.emplace_back();
    own->append(text.substr(0, at + 1));
    lines_ += static_cast<std::size_t>(std::count(text.data(), text.data() + at, '\n'));
    text.remove_prefix(at + 2);
    at = 0;
  }
  std::string_view cell = text.substr(0, at);
  lines_ += static_cast<std::size_t>(std::count(cell.begin(), cell.end(), '\n'));
  text.remove_prefix(std::min(at + 1, text.size()));
  std::size_t tail = 0;
  while (tail < text.size() && text[tail] != separator_ && text[tail] != '\n') ++tail;
  std::string_view rest = text.substr(0, tail);
  if (rest.ends_with('\r') && (tail == text.size() || text[tail] == '\n')) rest.remove_suffix(1);
  text.remove_prefix(tail);
  if (own == nullptr && rest.empty()) return cell;
  if (own == nullptr) own = &unquoted_.emplace_back();
  own->append(cell);
  own->append(rest);
  return *own;
}

std::size_t csv_record_end(std::string_view text, std::size_t from, char separator) {
  const std::size_t line_end = text.find('\n', from);
  if (line_end == std::string_view::npos && text.find('"', from) == std::string_view::npos) {
    return line_end;
  }
  if (text.substr(from, line_end - from).find('"') == std::string_view::npos) return line_end + 1;
  // A quote opens a cell only at its beginning; elsewhere it is a letter.
  bool cell_begins = true;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') return i + 1;
    if (c == '"' && cell_begins) {
      // Doubled quotes close and open again at once.
      do {
        i = text.find('"', i + 1);
        if (i == std::string_view::npos) return i;
        ++i;
      } while (i < text.size() && text[i] == '"');
      --i;
      cell_begins = false;
    } else {
      cell_begins = c == separator;
    }
  }
  return std::string_view::npos;
}

}  // namespace tt
