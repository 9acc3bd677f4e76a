// URLs of servers: http://host:port/base and https://.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tt::net {

struct Url {
  bool tls = false;
  std::string host;        // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  // never 0 after parse_url: 80 or 443 where the text has none
  std::string base_path;   // "" or "/base"; no slash at the end, no query

  /// What the Host header says: brackets round IPv6, the port only where it is not the usual one.
  std::string host_header() const;
  /// "http://host:port/base", with the port always there. parse_url reads it back unchanged.
  std::string text() const;
  /// base_path and `path` in one. `path` begins with a slash.
  std::string path_of(std::string_view path) const { return base_path + std::string(path); }
  bool operator==(const Url&) const = default;
};

/// Reads a URL. Errors say what is wrong and how to write it: a missing or unknown scheme, a bad
/// port, user info (refused: name the key's variable in api_key_env), a query or fragment.
Result<Url> parse_url(std::string_view text);

}  // namespace tt::net
