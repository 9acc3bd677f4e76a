#include "import/file_name.h"

#include <array>
#include <cctype>

#include "import/number.h"

namespace tt::import {
namespace {

// How names write an instant, the longest first: # a digit, S one of "-_T", T one of "_T". A day
// alone needs its hyphens: eight digits may be anything.
constexpr std::array<std::string_view, 8> kShapes = {
    "####-##-##S##-##-##", "####-##-##S##:##:##", "####-##-##S######", "####-##-##T##-##",
    "####-##-##T####",     "########S######",     "########T####",     "####-##-##",
};
constexpr std::size_t kDigits = 14;  // 20260131120000

struct Stamp {
  Nanos instant = kNever;
  std::size_t size = 0;  // letters of the name
};

bool fits(char letter, char shape) {
  if (shape == '#') return std::isdigit(static_cast<unsigned char>(letter)) != 0;
  if (shape == 'S') return letter == '-' || letter == '_' || letter == 'T';
  if (shape == 'T') return letter == '_' || letter == 'T';
  return letter == shape;
}

bool separates(char letter) { return letter == '-' || letter == '_'; }

std::optional<Stamp> stamp_at(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!fits(text[i], shape[i])) return std::nullopt;
    if (shape[i] == '#') digits += text[i];
  }
  std::size_t size = shape.size();
  if (size < text.size() && text[size] == 'Z') ++size;
  if (size < text.size() && !separates(text[size])) return std::nullopt;
  digits.resize(kDigits, '0');
  const auto instant = parse_stamp(digits.insert(8, "-"));
  if (!instant) return std::nullopt;
  return Stamp{*instant, size};
}

std::optional<Stamp> stamp_at(std::string_view text) {
  for (const auto shape : kShapes) {
    if (const auto stamp = stamp_at(text, shape)) return stamp;
  }
  return std::nullopt;
}

}  // namespace

FileName parse_file_name(std::string_view path) {
  FileName name;
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos) {
    path.remove_prefix(slash + 1);
  }
  if (const auto dot = path.rfind('.'); dot != std::string_view::npos && dot > 0) {
    path = path.substr(0, dot);
  }
  name.stem = path;
  for (std::size_t i = 2; i < path.size(); ++i) {
    if (!separates(path[i - 1])) continue;
    const auto stamp = stamp_at(path.substr(i));
    if (!stamp) continue;
    const std::string_view rest = path.substr(i + stamp->size);
    name.engine = path.substr(0, i - 1);
    name.started = stamp->instant;
    if (rest.size() > 1) name.benchmark = rest.substr(1);
    return name;
  }
  return name;
}

}  // namespace tt::import
