#include "serve/assets.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "serve/api.h"

namespace tt::serve {
namespace {

// The addresses of the page's own places (web/src/app/pages.ts): a link to one opens the page
// there.
constexpr std::array<std::string_view, 11> kPlaces = {
    "/runs",     "/analyze",  "/analyze/{tab}", "/compare", "/reports", "/sql",
    "/glossary", "/settings", "/live",          "/launch",  "/cost"};

bool takes_gzip(const Request& request) {
  for (const auto coding : split(request.header("accept-encoding"), ',')) {
    const auto name = trim(coding.substr(0, coding.find(';')));
    if (equals_ignoring_case(name, "gzip"))
      return !coding.contains("q=0") || coding.contains("q=0.");
  }
  return false;
}

Reply reply_with(const Asset& asset, const Request& request) {
  Reply reply{.type = std::string(asset.type)};
  reply.headers = {
      {"ETag", std::string(asset.etag)},
      {"Vary", "Accept-Encoding"},
      {"Cache-Control", asset.kept ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (request.header("if-none-match") == asset.etag) {
    reply.status = 304;
    return reply;
  }
  const bool small = takes_gzip(request);
  reply.fixed = small ? asset.gzip : asset.raw;
  if (small) reply.headers.emplace_back("Content-Encoding", "gzip");
  return reply;
}

}  // namespace

std::string_view asset_path(std::string_view name) {
  const auto found = std::ranges::find(assets(), name, &Asset::name);
  return found == assets().end() ? std::string_view() : found->path;
}

void add_page_paths(Router& router) {
  const auto add = [&](std::string_view path, const Asset& asset) {
    router.add({.pattern = std::string(path),
                .answer = [&asset](const Request& request) { return reply_with(asset, request); },
                .quick = true});
  };
  for (const auto& asset : assets()) {
    add(asset.path, asset);
    if (asset.path != "/") continue;
    for (const auto place : kPlaces) add(place, asset);
  }
}

}  // namespace tt::serve
