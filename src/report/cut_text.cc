#include "report/cut_text.h"

namespace tt::report {

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
