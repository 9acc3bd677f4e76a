// What HTTP/1.1 requests and answers share: headers, limits, the llhttp parser under both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tt::net {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

/// The first value of a header, ignoring case; empty where it is not there.
std::string_view find_header(std::span<const Header> headers, std::string_view name);

/// True where name and value can stand in a header: a token, and no CR, LF or other control.
bool valid_header(std::string_view name, std::string_view value);

/// A message's start line and headers together may not be longer, nor be more in number.
inline constexpr std::size_t kMaxHeadBytes = 64u << 10;
inline constexpr std::size_t kMaxHeaders = 128;

/// Where a parser stands after some bytes.
enum class ParseState : std::uint8_t {
  kMore,   // the message is not complete
  kDone,   // complete; bytes after it were left alone
  kError,  // not HTTP, a limit was passed, or cut short
};

}  // namespace tt::net
