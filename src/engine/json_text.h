// JSON strings as raw bytes, and JSON objects written member by member. Internal to the folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tt::engine {

/// True where `body` may stand between the quotes of a JSON string: UTF-8, no bare quote or control
/// character, every escape well formed. A lone surrogate escape passes, as engines do send them.
bool valid_string_body(std::string_view body);

/// Appends what a valid body means. Lone surrogates become U+FFFD.
void append_unescaped(std::string& out, std::string_view body);

/// Foreign words for a person: one line, valid UTF-8, at most `limit` bytes and an ellipsis.
std::string clip_words(std::string_view text, std::size_t limit = 500);

/// Writes one JSON object to the end of a string. The members of `more` are added last and win over
/// our own of the same name, so that a user's extra body fields never make a name stand twice.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out, std::string_view more = {});

  ObjectWriter& text(std::string_view name, std::string_view value);
  ObjectWriter& number(std::string_view name, std::int64_t value);
  ObjectWriter& number(std::string_view name, double value);
  ObjectWriter& flag(std::string_view name, bool value);
  /// `json` as it stands.
  ObjectWriter& raw(std::string_view name, std::string_view json);
  /// The members of the object that `more` holds under `name`, without braces; our own object of
  /// that name is meant to take them in. They are not written again by close().
  std::string take(std::string_view name);
  void close();

 private:
  bool open_member(std::string_view name);

  std::string& out_;
  bool first_ = true;
  std::vector<std::pair<std::string, std::string>> more_;  // name and JSON value
};

}  // namespace tt::engine
