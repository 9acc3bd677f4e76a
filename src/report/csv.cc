#include "report/csv.h"

#include <cmath>

#include <fmt/format.h>

namespace tt::report {

std::string csv_text(std::string_view text) {
  constexpr std::string_view kFormulaStarts = "=+-@\t\r";
  std::string safe;
  if (!text.empty() && kFormulaStarts.find(text.front()) != std::string_view::npos) safe += '\'';
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
