// How this folder's sources read and write JSON. Not for other folders: it brings the whole JSON
// library.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "serve/exchange.h"

namespace tt::serve {

/// Members stay in the order in which they are written.
using Json = nlohmann::ordered_json;

/// A number; null where there is none or it is not finite.
inline Json number(std::optional<double> value) {
  return value && std::isfinite(*value) ? Json(*value) : Json();
}

/// In one line. Text that is not UTF-8 gets U+FFFD.
inline std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

inline Reply json_reply_of(const Json& json) { return json_reply(text_of(json) + "\n"); }

/// Foreign text; nullopt where it is no JSON, or nested so deeply that whoever copies or writes it
/// would run out of stack.
std::optional<Json> parsed(std::string_view text);

/// The object that a body holds; an empty body is an empty object.
Result<Json> object_of(std::string_view body);

// Members of an object. Missing: the second value; of another type: an error that names it.
Result<std::string> string_of(const Json& object, std::string_view member, std::string otherwise);
Result<double> number_of(const Json& object, std::string_view member, double otherwise);
Result<bool> flag_of(const Json& object, std::string_view member, bool otherwise);
Result<std::vector<std::string>> strings_of(const Json& object, std::string_view member);

/// A fault of a file that somebody wrote, with line and column where it has any: "plan.yaml:3:7"
/// does, "load.rate" does not.
Json fault_value(const Error& fault);

}  // namespace tt::serve
