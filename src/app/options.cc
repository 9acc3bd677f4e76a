#include "app/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tt::app {
namespace {

std::unexpected<Error> usage(std::string message, std::string_view option = {}) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(option));
}

std::string unknown_option(std::string_view name, std::span<const Option> options) {
  std::vector<std::string_view> names;
  for (const auto& option : options) names.push_back(option.name);
  const auto nearest = nearest_word(name, names);
  std::string text = fmt::format("there is no option {}", name);
  if (!nearest.empty()) text += fmt::format("; did you mean {}?", nearest);
  return text;
}

Result<void> check_value(const Option& option, std::string_view value) {
  const auto words = choices(option);
  if (words.empty() || std::ranges::find(words, value) != words.end()) return {};
  return usage(fmt::format("'{}' is none of {}", value, fmt::join(words, ", ")), option.name);
}

}  // namespace

std::vector<std::string_view> choices(const Option& option) {
  if (option.value.find('|') == std::string_view::npos) return {};
  return split(option.value, '|');
}

std::optional<std::string_view> Arguments::value(std::string_view option) const {
  const auto found = values_.find(option);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string_view> Arguments::given() const {
  std::vector<std::string_view> names;
  for (const auto& option : values_) names.push_back(option.first);
  return names;
}

std::vector<std::string_view> Arguments::all(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string_view>{} : found->second;
}

Arguments Arguments::with(std::string_view option, std::string_view value) const {
  Arguments changed = *this;
  changed.values_[option] = {value};
  return changed;
}

Result<std::optional<std::uint64_t>> Arguments::count(std::string_view option, std::uint64_t low,
                                                      std::uint64_t high) const {
  const auto text = value(option);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (ec != std::errc{} || end != text->data() + text->size()) {
    return usage(fmt::format("'{}' is not a whole number", *text), option);
  }
  if (number < low || number > high) {
    return usage(high == UINT64_MAX ? fmt::format("{} is too small; the least is {}", number, low)
                                    : fmt::format("{} is not from {} to {}", number, low, high),
                 option);
  }
  return number;
}

Result<std::optional<double>> Arguments::number(std::string_view option, double above) const {
  const auto text = value(option);
  if (!text) return std::nullopt;
  double number = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (ec != std::errc{} || end != text->data() + text->size() || !std::isfinite(number)) {
    return usage(fmt::format("'{}' is not a number", *text), option);
  }
  if (number <= above) return usage(fmt::format("{} is not above {}", *text, above), option);
  return number;
}

Result<std::optional<Nanos>> Arguments::duration(std::string_view option) const {
  const auto text = value(option);
  if (!text) return std::nullopt;
  auto parsed = parse_duration(*text);
  if (!parsed) return usage(parsed.error().message, option);
  return *parsed;
}

Result<Arguments> parse_arguments(std::span<const std::string_view> words,
                                  std::span<const Option> options) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--") {
      arguments.words_.insert(arguments.words_.end(), words.begin() + i + 1, words.end());
      break;
    }
    if (!word.starts_with('-') || word == "-") {
      arguments.words_.push_back(word);
      continue;
    }
    const auto equals = word.find('=');
    const std::string_view name = word == "-h" ? "--help" : word.substr(0, equals);
    const auto option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) return usage(unknown_option(name, options));
    auto& values = arguments.values_[option->name];
    if (!values.empty() && !option->repeatable) return usage("is there twice", name);
    std::string_view value;
    if (option->value.empty()) {
      if (equals != std::string_view::npos) return usage("takes no value", name);
    } else if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      value = words[++i];
    } else {
      return usage(fmt::format("needs a value: {} {}", name, option->value), name);
    }
    if (auto good = check_value(*option, value); !good) return std::unexpected(good.error());
    values.push_back(value);
  }
  return arguments;
}

}  // namespace tt::app
