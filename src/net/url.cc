#include "net/url.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "base/text.h"

namespace tt::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::unexpected<Error> bad(std::string_view url, std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(url));
}

bool is_ipv6(const std::string& text) {
  in6_addr unused;
  return ::inet_pton(AF_INET6, text.c_str(), &unused) == 1;
}

bool has_user_info(std::string_view url) {
  const std::size_t mark = url.find("://");
  const std::string_view rest = mark == std::string_view::npos ? url : url.substr(mark + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

Result<bool> take_scheme(std::string_view url, std::string_view& rest) {
  const std::size_t mark = url.find("://");
  if (mark == std::string_view::npos) {
    return bad(url, "the URL has no scheme; write http://" + std::string(url) +
                        " (or https://, where the server speaks TLS)");
  }
  const std::string scheme = to_lower(url.substr(0, mark));
  rest = url.substr(mark + 3);
  if (scheme == "http") return false;
  if (scheme == "https") return true;
  return bad(url, "scheme '" + scheme + "' is not known; use http or https");
}

Result<void> take_port(std::string_view url, std::string_view text, Url& out) {
  unsigned port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return bad(url, "port '" + std::string(text) + "' is not a number from 1 to 65535");
  }
  out.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> take_bracketed(std::string_view url, std::string_view& authority, Url& out) {
  const std::size_t close = authority.find(']');
  if (close == std::string_view::npos) return bad(url, "'[' has no ']' after the IPv6 address");
  out.host = to_lower(authority.substr(1, close - 1));
  if (!is_ipv6(out.host)) return bad(url, "'" + out.host + "' is not an IPv6 address");
  authority.remove_prefix(close + 1);
  if (!authority.empty() && authority.front() != ':') {
    return bad(url, "after ']' only a port may follow, as in http://[::1]:8000");
  }
  return {};
}

Result<void> take_authority(std::string_view url, std::string_view authority, Url& out) {
  if (authority.starts_with('[')) {
    if (auto done = take_bracketed(url, authority, out); !done) return done;
  } else {
    const std::size_t colon = authority.find(':');
    if (colon != std::string_view::npos && authority.find(':', colon + 1) != std::string_view::npos)
      return bad(url, "an IPv6 address stands in brackets, as in http://[::1]:8000");
    out.host = to_lower(authority.substr(0, colon));
    if (out.host.empty()) return bad(url, "the URL has no host, as in http://localhost:8000");
    if (!std::all_of(out.host.begin(), out.host.end(), host_character)) {
      return bad(url, "host '" + out.host + "' holds a character that no host name has");
    }
    authority.remove_prefix(colon == std::string_view::npos ? authority.size() : colon);
  }
  if (authority.empty()) return {};
  return take_port(url, authority.substr(1), out);
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const std::string_view url = trim(text);
  if (url.empty()) return fail(ErrorCode::kInvalidInput, "the URL is empty");
  if (has_user_info(url)) {
    // Checked first, and the text not repeated: it may hold a secret.
    return fail(ErrorCode::kInvalidInput,
                "the URL holds a user name or password; leave it out, and name the environment "
                "variable that holds the key in api_key_env");
  }
  Url out;
  std::string_view rest;
  const auto tls = take_scheme(url, rest);
  if (!tls) return std::unexpected(tls.error());
  out.tls = *tls;
  out.port = out.tls ? kHttpsPort : kHttpPort;
  const std::size_t slash = rest.find_first_of("/?#");
  if (auto done = take_authority(url, rest.substr(0, slash), out); !done) {
    return std::unexpected(done.error());
  }
  std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
  if (path.find_first_of("?#") != std::string_view::npos) {
    return bad(url, "a server's URL has no query ('?') and no fragment ('#'); leave them out");
  }
  for (const char c : path) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) {
      return bad(url, "the path holds a blank or control character; write blanks as %20");
    }
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  out.base_path = path;
  return out;
}

std::string Url::host_header() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? kHttpsPort : kHttpPort)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::text() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + name + ":" + std::to_string(port) + base_path;
}

}  // namespace tt::net
