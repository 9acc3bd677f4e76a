#include "report/text_fit.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/cut_text.h"

namespace tt::report {
namespace {

constexpr int kRegular = 400;
constexpr int kStrong = 600;
constexpr std::size_t kLongWord = 400;  // bytes; what is longer is only estimated

// Letters that our fonts lack may be as wide as they are high.
double wide_letters(std::string_view text) {
  return static_cast<double>(
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0xe0; }));
}

}  // namespace

double TextFit::width(std::string_view text, double size, bool strong) {
  if (text.size() > kLongWord) return size * static_cast<double>(text.size());
  return ruler_.width(text, size, strong ? kStrong : kRegular, false) +
         wide_letters(text) * size * 0.5;
}

std::size_t TextFit::lines(std::string_view text, double size, double room, bool strong) {
  if (const auto end = text.find('\n'); end != std::string_view::npos) {
    return lines(text.substr(0, end), size, room, strong) +
           lines(text.substr(end + 1), size, room, strong);
  }
  const double blank = width("n n", size, strong) - width("nn", size, strong);
  std::size_t count = 1;
  double at = 0;
  for (const auto word : split(text, ' ')) {
    const double wide = width(word, size, strong);
    if (at > 0 && at + blank + wide > room) {
      ++count;
      at = 0;
    }
    const double more = wide > room ? std::floor(wide / room) : 0;
    count += static_cast<std::size_t>(more);
    at += (at > 0 ? blank : 0) + wide - more * room;
  }
  return count;
}

std::string TextFit::cut(std::string_view text, double size, double room, std::size_t most,
                         bool strong) {
  // No line holds more letters than this, so the rest need not be measured.
  const auto bound = static_cast<std::size_t>(static_cast<double>(most) * room / (size * 0.2)) + 1;
  std::string whole = cut_text(text, bound);
  if (lines(whole, size, room, strong) <= most) return whole;
  std::size_t fits = 0;
  std::size_t too_much = bound;
  while (fits + 1 < too_much) {
    const std::size_t middle = fits + (too_much - fits) / 2;
    (lines(cut_text(whole, middle), size, room, strong) <= most ? fits : too_much) = middle;
  }
  return cut_text(whole, fits);
}

}  // namespace tt::report
