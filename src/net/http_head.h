// Inside src/net: what the request and the answer parser share around llhttp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <llhttp.h>

#include "net/http_message.h"

namespace tt::net {

/// Gathers headers from llhttp's pieces, within limits. Trailers are counted, not kept.
class HeadCollector {
 public:
  /// False: the head is over its limits.
  bool name(std::vector<Header>& headers, std::string_view piece) {
    if (!count(piece.size())) return false;
    if (closed_) return true;
    if (!in_name_) {
      if (headers.size() == kMaxHeaders) return false;
      headers.emplace_back();
      in_name_ = true;
    }
    headers.back().name.append(piece);
    return true;
  }
  bool value(std::vector<Header>& headers, std::string_view piece) {
    if (!count(piece.size())) return false;
    if (closed_) return true;
    in_name_ = false;
    headers.back().value.append(piece);
    return true;
  }
  /// Cuts off the blanks that llhttp leaves at a value's end.
  void value_end(std::vector<Header>& headers) {
    if (closed_) return;
    in_name_ = false;
    std::string& text = headers.back().value;
    text.resize(text.find_last_not_of(" \t") + 1);
  }
  /// Start lines count too.
  bool count(std::size_t bytes) {
    bytes_ += bytes;
    return bytes_ <= kMaxHeadBytes;
  }
  /// The head is complete; what follows are trailers.
  void close() { closed_ = true; }
  void reset() { *this = HeadCollector{}; }

 private:
  std::size_t bytes_ = 0;
  bool in_name_ = false;
  bool closed_ = false;
};

/// Sets why the parser stops, for llhttp_get_error_reason; what a callback returns to stop it.
inline int refuse(llhttp_t* parser, const char* why) {
  llhttp_set_error_reason(parser, why);
  return HPE_USER;
}

inline constexpr const char* kHeadTooLarge = "the headers are larger than 64 KiB or more than 128";

}  // namespace tt::net
