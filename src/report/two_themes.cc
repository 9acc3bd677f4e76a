#include "report/two_themes.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::report {
namespace {

constexpr std::array<std::string_view, 6> kColours = {
    "fill", "stroke", "stop-color", "fill-opacity", "stroke-opacity", "opacity"};

// "fill" of what stands before a value: `<path d="..." fill=`.
std::string_view attribute_before(std::string_view text) {
  if (!text.ends_with('=')) return {};
  text.remove_suffix(1);
  const auto blank = text.find_last_of(" \n");
  return blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
}

// Nothing that could end a rule.
bool is_plain(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("#(),.% -").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::string> both_themes(std::string_view light, std::string_view dark) {
  // Every second part is the value of an attribute: within texts quotes are escaped.
  const auto here = split(light, '"');
  const auto there = split(dark, '"');
  if (here.size() != there.size()) return std::nullopt;
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> darkened;
  for (std::size_t i = 0; i < here.size(); ++i) {
    const auto name = i % 2 == 0 ? std::string_view() : attribute_before(here[i - 1]);
    if (std::ranges::find(kColours, name) == kColours.end()) {
      if (here[i] != there[i]) return std::nullopt;
      continue;
    }
    const auto known = darkened.try_emplace({name, here[i]}, there[i]).first;
    if (known->second != there[i]) return std::nullopt;
  }
  std::string rules;
  for (const auto& [what, colour] : darkened) {
    const auto& [name, value] = what;
    if (value == colour) continue;
    if (!is_plain(value) || !is_plain(colour)) return std::nullopt;
    rules += fmt::format("[{0}=\"{1}\"]{{{0}:{2}}}", name, value, colour);
  }
  const auto root = light.find('>');
  if (rules.empty() || root == std::string_view::npos || !light.starts_with("<svg")) {
    return std::nullopt;
  }
  return fmt::format("{}<style>@media screen and (prefers-color-scheme:dark){{{}}}</style>{}",
                     light.substr(0, root + 1), rules, light.substr(root + 1));
}

}  // namespace tt::report
