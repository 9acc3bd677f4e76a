#include "base/safe_text.h"

#include <algorithm>

namespace tt {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// One character of UTF-8 that a reader shall not meet: a control character, a line end of Unicode,
// or a mark that turns the direction of what follows.
bool is_blanked(std::string_view one) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(one[i]); };
  if (one.size() == 1) return at(0) < 0x20 || at(0) == 0x7f;
  if (one == "\u061c") return true;
  if (one.size() == 2) return at(0) == 0xc2 && at(1) < 0xa0;  // U+0080 to U+009F
  if (one.size() != 3 || at(0) != 0xe2) return false;
  if (at(1) == 0x80) return at(2) == 0x8e || at(2) == 0x8f || (at(2) >= 0xa8 && at(2) <= 0xae);
  return at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool out_of_range = (lead == 0xed && at(1) > 0x9f) || (lead == 0xf4 && at(1) > 0x8f);
  return overlong || out_of_range ? 0 : length;
}

std::string safe_text(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto one = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || one == "\xef\xbf\xbe" || one == "\xef\xbf\xbf") {
      out += kReplacement;
    } else if (is_blanked(one)) {
      out += lines && one == "\n" ? '\n' : ' ';
    } else {
      out += one;
    }
    text.remove_prefix(one.size());
  }
  return out;
}

}  // namespace tt
