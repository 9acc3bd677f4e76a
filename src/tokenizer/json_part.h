// Reading the values of a tokenizer.json, each with its path for messages. Includes simdjson: only
// for the .cc files that read such files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/error.h"

namespace tt::tokenizer {

/// One object of the file and where it stands ("pre_tokenizer.pretokenizers[0]").
struct JsonPart {
  simdjson::dom::object object;
  std::string path;

  std::unexpected<Error> refuse(std::string message, std::string_view key = "") const {
    return fail(ErrorCode::kInvalidInput, std::move(message),
                key.empty() ? path : fmt::format("{}.{}", path, key));
  }
  /// Unset where it is missing or null.
  std::optional<simdjson::dom::element> find(std::string_view key) const {
    simdjson::dom::element value;
    if (object[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
  }
  /// Each reads a value that may be missing or null (`fallback` then), but not of another type.
  Result<bool> truth(std::string_view key, bool fallback) const {
    const auto value = find(key);
    if (!value) return fallback;
    bool out = false;
    if (value->get(out) != simdjson::SUCCESS) return refuse("must be true or false", key);
    return out;
  }
  Result<std::string> text(std::string_view key, std::string_view fallback) const {
    const auto value = find(key);
    if (!value) return std::string(fallback);
    std::string_view out;
    if (value->get(out) != simdjson::SUCCESS) return refuse("must be a text", key);
    return std::string(out);
  }
  Result<std::uint64_t> whole(std::string_view key, std::uint64_t fallback) const {
    const auto value = find(key);
    if (!value) return fallback;
    std::uint64_t out = 0;
    if (value->get(out) != simdjson::SUCCESS) return refuse("must be a whole number", key);
    return out;
  }
};

/// Calls `read(part)` for every object of the list `key`.
template <class Read>
Result<void> for_each_part(const JsonPart& part, std::string_view key, Read read) {
  simdjson::dom::array list;
  const auto value = part.find(key);
  if (!value || value->get(list) != simdjson::SUCCESS) return part.refuse("must be a list", key);
  std::size_t i = 0;
  for (const simdjson::dom::element item : list) {
    JsonPart inner{
        .object = {},
        .path = fmt::format("{}{}{}[{}]", part.path, part.path.empty() ? "" : ".", key, i++)};
    if (item.get(inner.object) != simdjson::SUCCESS) return inner.refuse("must be an object");
    if (Result<void> done = read(inner); !done) return done;
  }
  return {};
}

}  // namespace tt::tokenizer
