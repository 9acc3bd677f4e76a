#include "base/isolates.h"

#include <algorithm>

#include "base/safe_text.h"

namespace tt {
namespace {

constexpr std::string_view kOpen = "\u2068";
constexpr std::string_view kClose = "\u2069";

char32_t letter_of(std::string_view one) {
  if (one.size() == 1) return static_cast<unsigned char>(one[0]);
  char32_t letter = static_cast<unsigned char>(one[0]) & (0xffU >> (one.size() + 1));
  for (const char c : one.substr(1))
    letter = letter << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  return letter;
}

// The blocks whose letters run from right to left (Unicode, DerivedBidiClass.txt).
bool runs_left(char32_t letter) {
  return (letter >= 0x590 && letter <= 0x8ff) || (letter >= 0xfb1d && letter <= 0xfdff) ||
         (letter >= 0xfe70 && letter <= 0xfefc) || (letter >= 0x10800 && letter <= 0x10fff) ||
         (letter >= 0x1e800 && letter <= 0x1efff);
}

std::string_view first_of(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(1, utf8_length(text)));
}

bool begins_left(std::string_view text) {
  return !text.empty() && runs_left(letter_of(first_of(text)));
}

// One blank or sign between two such words is of the name.
bool goes_on(std::string_view rest) {
  if (rest.empty()) return false;
  return begins_left(rest) || (std::string_view(" -_./").find(rest[0]) != std::string_view::npos &&
                               begins_left(rest.substr(1)));
}

}  // namespace

std::string isolated(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool open = false;
  while (!text.empty()) {
    const auto one = first_of(text);
    if (!open && begins_left(text)) {
      out += kOpen;
      open = true;
    }
    out += one;
    text.remove_prefix(one.size());
    if (open && !goes_on(text)) {
      out += kClose;
      open = false;
    }
  }
  return out;
}

}  // namespace tt
