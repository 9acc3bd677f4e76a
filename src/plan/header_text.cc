#include "plan/header_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/rng.h"

namespace tt::plan {
namespace {

constexpr std::array<std::string_view, 4> kPlaceholders = {"index", "user", "priority", "uuid"};

std::string uuid_of(const HeaderFacts& facts) {
  Rng rng = Rng::item(facts.seed, "uuid", facts.index * 4096 + facts.target);
  const std::uint64_t high = (rng.next() & ~0xf000ULL) | 0x4000;
  const std::uint64_t low = (rng.next() & ~(3ULL << 62)) | (2ULL << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffffULL);
}

std::string value_of(std::string_view name, const HeaderFacts& facts) {
  if (name == "index") return std::to_string(facts.index);
  if (name == "user") return std::to_string(facts.user);
  if (name == "priority") return std::to_string(facts.priority);
  return name == "uuid" ? uuid_of(facts) : std::string();
}

/// Calls plain(text) and placeholder(name) for the parts of `text` in order.
template <class Plain, class Placeholder>
void walk(std::string_view text, Plain plain, Placeholder placeholder) {
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return plain(text);
    plain(text.substr(0, open));
    placeholder(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

}  // namespace

std::string fill_header(std::string_view text, const HeaderFacts& facts) {
  std::string out;
  walk(
      text, [&](std::string_view plain) { out += plain; },
      [&](std::string_view name) { out += value_of(name, facts); });
  return out;
}

std::string placeholder_fault(std::string_view text) {
  std::string fault;
  walk(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end()) {
          fault = fmt::format(
              "{{{}}} is not known; there are {{index}}, {{user}}, {{priority}} "
              "and {{uuid}}",
              name);
        }
      });
  return fault;
}

}  // namespace tt::plan
