#include "serve/guard.h"

#include <array>

#include <fmt/format.h>
#include <sys/random.h>

#include "base/text.h"

namespace tt::serve {
namespace {

Reply refusal(unsigned status, std::string code, std::string message, std::string remedy) {
  return reply_of(Problem{.status = status,
                          .code = std::move(code),
                          .message = std::move(message),
                          .remedy = std::move(remedy)});
}

// "host:port" of an Origin; empty for "null" and what is none.
std::string_view host_of_origin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return origin.substr(scheme.size());
  }
  return {};
}

bool is_reading(Method method) { return method == Method::kGet || method == Method::kHead; }

}  // namespace

bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ |= static_cast<unsigned char>(a[i] ^ b[i]);
  return differ == 0;
}

Result<std::string> make_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail(ErrorCode::kIo, "the system gives no random bytes");
  }
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

bool Guard::is_own_host(std::string_view host) const {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (equals_ignoring_case(host, fmt::format("{}:{}", name, options_.port))) return true;
    if (options_.port == 80 && equals_ignoring_case(host, name)) return true;
  }
  return false;
}

bool Guard::has_access(const Request& request) const {
  constexpr std::string_view kBearer = "bearer ";
  const auto authorization = request.header("authorization");
  if (starts_with_ignoring_case(authorization, kBearer) &&
      same_secret(trim(authorization.substr(kBearer.size())), options_.access_token)) {
    return true;
  }
  return same_secret(cookie_value(request.header("cookie"), kAccessCookie), options_.access_token);
}

// Where the call comes from, and whether the caller is known.
std::optional<Reply> Guard::check_place(const Request& request) const {
  const auto host = request.header("host");
  if (options_.access_token.empty()) {
    if (!is_own_host(host)) {
      return refusal(421, "wrong_host",
                     fmt::format("this server is not called '{}'", host.substr(0, 100)),
                     fmt::format("Open http://127.0.0.1:{}/; for other machines start it with "
                                 "--listen and --token-file.",
                                 options_.port));
    }
  }
  const auto origin = request.header("origin");
  if (!origin.empty() && !equals_ignoring_case(host_of_origin(origin), host)) {
    return refusal(403, "wrong_origin", "a page of another site must not call this server",
                   "Open the server's own page.");
  }
  const auto site = request.header("sec-fetch-site");
  const bool foreign = !site.empty() && site != "same-origin" && site != "none";
  // A link from elsewhere may open a page; it gets nothing to read.
  const bool opens_page = is_reading(request.method) &&
                          request.header("sec-fetch-mode") == "navigate" &&
                          request.header("sec-fetch-dest") == "document";
  if (foreign && !opens_page) {
    return refusal(403, "wrong_origin", "a page of another site must not call this server",
                   "Open the server's own page.");
  }
  return std::nullopt;
}

std::optional<Reply> Guard::check(const Request& request) const {
  if (auto refused = check_place(request)) return refused;
  if (!options_.access_token.empty() && !has_access(request)) {
    const auto given = request.target.value("token");
    if (request.target.segments.empty() && given && same_secret(*given, options_.access_token)) {
      Reply reply{.status = 303, .type = "text/plain"};
      reply.headers.emplace_back("Location", "/");
      reply.headers.emplace_back(
          "Set-Cookie", fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/", kAccessCookie,
                                    options_.access_token));
      return reply;
    }
    return refusal(401, "no_access", "this server asks for its token",
                   "Open /?token=TOKEN once, or send 'Authorization: Bearer TOKEN'. The token "
                   "stands in the file that the server was started with.");
  }
  if (!is_reading(request.method) &&
      !same_secret(request.header(kTokenHeader), options_.page_token)) {
    return refusal(403, "no_page_token", "what changes something needs the page's token",
                   "Send the member 'token' of GET /api/v1/session as the header "
                   "X-Tokentrial-Token.");
  }
  return std::nullopt;
}

std::optional<Reply> Guard::check_socket(const Request& request) const { return check(request); }

}  // namespace tt::serve
