// Lenient look-ups in a request's JSON: what is absent, null or of another type is the default.
// Internal to the folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/error.h"

namespace tt::engine {

inline std::string_view text_at(simdjson::dom::object object, std::string_view name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) return {};
  return text;
}

/// Negative is 0.
inline std::uint32_t count_at(simdjson::dom::object object, std::string_view name) {
  std::int64_t count = 0;
  if (object[name].get(count) != simdjson::SUCCESS) return 0;
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::uint32_t>::max()));
}

inline std::int32_t integer_at(simdjson::dom::object object, std::string_view name) {
  std::int64_t number = 0;
  if (object[name].get(number) != simdjson::SUCCESS) return 0;
  using Limits = std::numeric_limits<std::int32_t>;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(number, Limits::min(), Limits::max()));
}

inline bool flag_at(simdjson::dom::object object, std::string_view name, bool otherwise = false) {
  bool flag = otherwise;
  if (object[name].get(flag) != simdjson::SUCCESS) return otherwise;
  return flag;
}

/// A parsed request body. The object is valid as long as this lives.
class RequestJson {
 public:
  static constexpr std::size_t kMaxBody = std::size_t{64} << 20;

  Result<simdjson::dom::object> parse(std::string_view body) {
    if (body.size() > kMaxBody) {
      return fail(ErrorCode::kInvalidInput, "the request is larger than 64 MiB");
    }
    // simdjson would copy from a null pointer.
    if (body.empty())
      return fail(ErrorCode::kInvalidInput, "the request is empty, not a JSON object");
    simdjson::dom::object object;
    const auto error = parser_.parse(body.data(), body.size()).get(object);
    if (error != simdjson::SUCCESS) {
      return fail(ErrorCode::kInvalidInput, std::string("the request is not a JSON object: ") +
                                                simdjson::error_message(error));
    }
    return object;
  }

 private:
  simdjson::dom::parser parser_;
};

}  // namespace tt::engine
