#include "report/csv.h"

#include <cmath>

#include <fmt/format.h>

namespace tt::report {

namespace {

// Signs that a spreadsheet may take for a formula's start, also behind a line end, and those of
// full width as East Asian ones do.
bool begins_formula(std::string_view text) {
  constexpr std::string_view kStarts = "=+-@\t\r\n";
  if (!text.empty() && kStarts.find(text.front()) != std::string_view::npos) return true;
  return text.starts_with("＝") || text.starts_with("＋") || text.starts_with("－") ||
         text.starts_with("＠");
}

}  // namespace

std::string csv_text(std::string_view text) {
  std::string safe = begins_formula(text) ? "'" : "";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
    safe += control ? ' ' : c;
  }
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;

  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return {};
  return fmt::format("{}", *value);
}

CsvLine& CsvLine::cell(std::string_view value) {
  if (!first_) out_ << ',';
  first_ = false;
  out_ << value;
  return *this;
}

}  // namespace tt::report
