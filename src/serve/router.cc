#include "serve/router.h"

#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tt::serve {
namespace {

using Parts = std::map<std::string, std::string, std::less<>>;

bool is_part(std::string_view segment) { return segment.starts_with('{'); }

std::optional<Parts> match(const std::vector<std::string>& pattern,
                           const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  Parts parts;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_part(pattern[i])) {
      parts[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

}  // namespace

void Router::add(Route route) {
  Pattern pattern;
  for (const auto part : split(std::string_view(route.pattern).substr(1), '/')) {
    if (!part.empty()) pattern.segments.emplace_back(part);
  }
  patterns_.push_back(std::move(pattern));
  routes_.push_back(std::move(route));
}

std::expected<const Route*, Reply> Router::find(Request& request) const {
  std::vector<std::string_view> allowed;
  const Method wanted = request.method == Method::kHead ? Method::kGet : request.method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto parts = match(patterns_[i].segments, request.target.segments);
    if (!parts) continue;
    if (routes_[i].method == wanted) {
      request.parts = std::move(*parts);
      return &routes_[i];
    }
    allowed.push_back(method_name(routes_[i].method));
  }
  if (allowed.empty()) {
    return std::unexpected(reply_of(Problem{
        .status = 404,
        .code = "not_found",
        .message = fmt::format("there is nothing at /{}", fmt::join(request.target.segments, "/")),
        .remedy = "/api/docs lists every path."}));
  }
  Reply reply =
      reply_of(Problem{.status = 405,
                       .code = "wrong_method",
                       .message = fmt::format("{} does nothing here", method_name(request.method)),
                       .remedy = fmt::format("Use {}.", fmt::join(allowed, " or "))});
  reply.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return std::unexpected(std::move(reply));
}

}  // namespace tt::serve
