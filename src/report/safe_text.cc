#include "report/safe_text.h"

#include <algorithm>

#include <simdjson.h>

namespace tt::report {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Bytes of the character that the text begins with; 0 where it is none.
std::size_t character(std::string_view text) {
  const std::size_t most = std::min<std::size_t>(4, text.size());
  for (std::size_t length = 1; length <= most; ++length) {
    if (simdjson::validate_utf8(text.data(), length)) return length;
  }
  return 0;
}

bool is_noncharacter(std::string_view one) {
  return one == "\xef\xbf\xbe" || one == "\xef\xbf\xbf";  // U+FFFE, U+FFFF
}

}  // namespace

std::string safe_text(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character(text);
    const auto one = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(one.front());
    if (length == 0 || is_noncharacter(one)) {
      out += kReplacement;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += lines && byte == '\n' ? '\n' : ' ';
    } else {
      out += one;
    }
    text.remove_prefix(one.size());
  }
  return out;
}

std::string cut_text(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);  // never more characters than bytes
  std::size_t units = 0;
  std::size_t room = 0;  // the bytes that leave room for the sign
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    units += length == 4 ? 2 : 1;
    if (units > most) return std::string(text.substr(0, room)) + (most == 0 ? "" : "…");
    at += length;
    if (units < most) room = at;
  }
  return std::string(text);
}

}  // namespace tt::report
