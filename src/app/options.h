// What a command line may say, declared once: parsing, help and shell completion read the same
// tables.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::app {

/// A flag of a command.
struct Option {
  std::string_view name;   // "--duration"
  std::string_view value;  // "TIME"; empty: a switch. "a|b|c": one of these words
  std::string_view help;
  std::string_view group = {};  // heading in the help; empty: "Options"
  bool repeatable = false;
};

/// The words of a command line, sorted by what they are. Views point into the parsed words.
class Arguments {
 public:
  bool has(std::string_view option) const { return values_.contains(option); }
  /// The last value; nullopt where the option is not there.
  std::optional<std::string_view> value(std::string_view option) const;
  /// Every value, in order.
  std::vector<std::string_view> all(std::string_view option) const;
  const std::vector<std::string_view>& words() const { return words_; }
  /// Every option that is there, once.
  std::vector<std::string_view> given() const;
  /// The same with this value in place of what stands there. `value` must outlive it.
  Arguments with(std::string_view option, std::string_view value) const;

  // The last value, read; nullopt where the option is not there. Errors name the option.
  Result<std::optional<std::uint64_t>> count(std::string_view option, std::uint64_t low = 0,
                                             std::uint64_t high = UINT64_MAX) const;
  Result<std::optional<double>> number(std::string_view option, double above) const;
  Result<std::optional<Nanos>> duration(std::string_view option) const;

 private:
  friend Result<Arguments> parse_arguments(std::span<const std::string_view> words,
                                           std::span<const Option> options);
  std::map<std::string_view, std::vector<std::string_view>> values_;
  std::vector<std::string_view> words_;
};

/// Reads "--name value", "--name=value" and words; after "--" all are words. The first fault is the
/// error, its source the option: an unknown option (with the nearest one that exists), a missing or
/// unwanted value, a word that is none of the choices, an option given twice.
Result<Arguments> parse_arguments(std::span<const std::string_view> words,
                                  std::span<const Option> options);

/// The choices of a value written "a|b|c"; empty where it is free.
std::vector<std::string_view> choices(const Option& option);

}  // namespace tt::app
