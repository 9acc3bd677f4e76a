// What the server is: the page's session, its API's description, its own figures.
#include <fmt/format.h>

#include "base/build_info.h"
#include "serve/api.h"
#include "serve/api_document.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

Reply session(const Api& api) {
  return json_reply_of({{"token", api.guard.page_token()},
                        {"version", build_info::version()},
                        {"stream", api.hub.stream()},
                        {"runs", api.shown}});
}

}  // namespace

void add_about_paths(Router& router, const Api& api) {
  router.add({.pattern = "/api/v1/session",
              .answer = [&api](const Request&) { return session(api); },
              .quick = true});
  router.add({.pattern = "/api/v1/openapi.json",
              .answer = [](const Request&) { return Reply{.fixed = api_document()}; },
              .quick = true});
  router.add({.pattern = "/api/docs", .answer = [](const Request&) {
                static const std::string page = api_page();
                return Reply{.type = "text/html; charset=utf-8", .fixed = page};
              }});
}

}  // namespace tt::serve
