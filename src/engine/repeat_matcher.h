// Successive token events of a stream usually differ in their text alone. This remembers the bytes
// around the text of the last one; an event with the same bytes around another non-empty JSON
// string body has the same structure, and so the same meaning but for the text: it need not be
// parsed.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "engine/json_text.h"

namespace tt::engine {

class RepeatMatcher {
 public:
  /// Remembers `payload`, whose string body lies at [begin, begin + length). `payload` must have
  /// passed a full parse.
  void remember(std::string_view payload, std::size_t begin, std::size_t length) {
    around_.assign(payload.substr(0, begin));
    around_.append(payload.substr(begin + length));
    head_ = begin;
  }
  void forget() { around_.clear(); }

  /// The string body of `payload`, where it equals the remembered event but for that.
  std::optional<std::string_view> match(std::string_view payload) const {
    if (around_.empty() || payload.size() <= around_.size()) return std::nullopt;
    const std::size_t length = payload.size() - around_.size();
    if (std::memcmp(payload.data(), around_.data(), head_) != 0) return std::nullopt;
    if (std::memcmp(payload.data() + head_ + length, around_.data() + head_,
                    around_.size() - head_) != 0) {
      return std::nullopt;
    }
    const std::string_view body = payload.substr(head_, length);
    if (!valid_string_body(body)) return std::nullopt;
    return body;
  }

 private:
  std::string around_;    // the bytes before and after the text; empty: nothing remembered
  std::size_t head_ = 0;  // how many of them stand before it
};

}  // namespace tt::engine
