// Who may ask. A page of another site must not reach the server through the user's browser, nor
// read what it holds; whoever is not the user must not reach it at all.
//
// Against DNS rebinding the Host header must be a name of this machine (or a token is needed, which
// the other site does not have). Against cross-site calls what a browser says of a call's origin
// must be this server; and what changes something needs the page's token in a header, which no
// other site can read or, without our consent, send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "serve/exchange.h"

namespace tt::serve {

inline constexpr std::string_view kTokenHeader = "x-tokentrial-token";
inline constexpr std::string_view kAccessCookie = "tokentrial_access";

struct GuardOptions {
  std::uint16_t port = 0;
  /// Not empty: every call needs it, as "Authorization: Bearer ...", a cookie, or once as
  /// /?token=..., which sets the cookie. Then any Host is good.
  std::string access_token;
  /// What changes something needs it in the header kTokenHeader.
  std::string page_token;
};

class Guard {
 public:
  explicit Guard(GuardOptions options) : options_(std::move(options)) {}

  /// nullopt: it may pass. From any thread.
  std::optional<Reply> check(const Request& request) const;
  /// Likewise for a WebSocket, over which commands come that change something: the origin, which
  /// browsers always send there, must be this server.
  std::optional<Reply> check_socket(const Request& request) const;

  const std::string& page_token() const { return options_.page_token; }

 private:
  bool is_own_host(std::string_view host) const;
  bool has_access(const Request& request) const;
  std::optional<Reply> check_place(const Request& request) const;

  GuardOptions options_;
};

/// 128 bits from the system's generator in hexadecimal.
Result<std::string> make_token();
/// Takes the same time wherever they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace tt::serve
