#include "serve/assets.h"

#include <algorithm>

#include "base/text.h"
#include "serve/api.h"

namespace tt::serve {
namespace {

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
  for (const auto& asset : assets()) {
    router.add({.pattern = std::string(asset.path),
                .answer = [&asset](const Request& request) { return reply_with(asset, request); },
                .quick = true});
  }
}

}  // namespace tt::serve
