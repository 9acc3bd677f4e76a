// The one stream reader of all protocols. A protocol gives a function that says what one parsed
// event holds; what that means for the stream is decided here, once. Internal to the folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "engine/protocol.h"

namespace tt::engine {

namespace json = simdjson::ondemand;

/// The token counts of a usage object, or of the engine's own fields.
struct TokenCounts {
  std::optional<std::uint32_t> input;
  std::optional<std::uint32_t> output;
  std::optional<std::uint32_t> cached;
  std::optional<std::uint32_t> reasoning;
};

/// What one event holds. Views are JSON string bodies, still escaped, valid during the read.
struct Sight {
  std::uint32_t texts = 0;  // non-empty strings of text or reasoning
  std::string_view text;    // the last of them
  bool tool_call = false;   // a fragment of a tool call
  std::uint32_t units = 0;  // tokens in this event, where it says so by itself (ids)
  bool last = false;        // done:true, or what else ends the stream in this protocol
  bool failed = false;      // the engine reports a failure
  bool bad_text = false;    // a string that is not valid JSON
  std::string_view finish_reason;
  std::optional<TokenCounts> usage;   // a usage object
  std::optional<TokenCounts> engine;  // the engine's own counts
  std::optional<EngineTimings> timings;
  std::string* text_out = nullptr;

  /// Takes in a string of text, reasoning or refusal; null, "" and other types are nothing.
  void add_text(json::value value);
  /// Takes in the body of such a string.
  void add_text_body(std::string_view body);
  /// True where the event is one piece of text and nothing else that matters.
  bool plain() const {
    return texts == 1 && !tool_call && units == 0 && !last && !failed && finish_reason.empty() &&
           !usage && !engine && !timings;
  }
};

/// Reads one event's object into `sight`. An error code means malformed JSON; unknown members and
/// members of an unexpected type are ignored.
using SightFunction = simdjson::error_code (*)(json::object event, Sight& sight);

/// `end_mark`: the payload that ends a stream ("[DONE]"); empty where the protocol has none.
std::unique_ptr<StreamReader> make_stream_reader(SightFunction look, std::string_view end_mark);

// --- For sight functions. None of these throws; values of other types give nothing.

/// The first character of a value: '{', '[', '"', 'n' for null and so on.
inline char kind_of(json::value& value) {
  const std::string_view token = value.raw_json_token();
  return token.empty() ? '\0' : token.front();
}

/// The raw body of a string.
std::optional<std::string_view> string_body(json::value& value);
/// A count: whole, at least 0, at most 2^32-1.
std::optional<std::uint32_t> count_of(json::value& value);
/// A number of milliseconds as nanoseconds; -1 where it is none.
std::int64_t millis_of(json::value& value);
/// A number of nanoseconds; -1 where it is none.
std::int64_t nanos_of(json::value& value);

/// Calls `visit(key, value)` for each member, where `value` is an object. `visit` returns an
/// error_code.
template <class Visit>
simdjson::error_code each_member(json::object object, Visit&& visit) {
  for (auto result : object) {
    json::field field;
    SIMDJSON_TRY(std::move(result).get(field));
    SIMDJSON_TRY(visit(field.key(), field.value()));
  }
  return simdjson::SUCCESS;
}

template <class Visit>
simdjson::error_code each_member(json::value& value, Visit&& visit) {
  if (kind_of(value) != '{') return simdjson::SUCCESS;
  json::object object;
  SIMDJSON_TRY(value.get_object().get(object));
  return each_member(object, visit);
}

/// Calls `visit(value)` for each element, where `value` is an array.
template <class Visit>
simdjson::error_code each_element(json::value& value, Visit&& visit) {
  if (kind_of(value) != '[') return simdjson::SUCCESS;
  json::array array;
  SIMDJSON_TRY(value.get_array().get(array));
  for (auto result : array) {
    json::value element;
    SIMDJSON_TRY(std::move(result).get(element));
    SIMDJSON_TRY(visit(element));
  }
  return simdjson::SUCCESS;
}

}  // namespace tt::engine
