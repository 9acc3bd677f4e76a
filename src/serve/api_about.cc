// What the server is: the page's session, its API's description, its own figures.
#include <fmt/format.h>

#include "base/build_info.h"
#include "serve/api.h"
#include "serve/api_document.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

Reply session(const Api& api, const Request&) {
  return json_reply_of({{"token", api.guard.page_token()},
                        {"version", build_info::version()},
                        {"stream", api.hub.stream()},
                        {"runs", api.shown}});
}

Reply document(const Api&, const Request&) { return {.fixed = api_document()}; }

Reply document_page(const Api&, const Request&) {
  static const std::string page = api_page();
  return {.type = "text/html; charset=utf-8", .fixed = page};
}

}  // namespace

void add_about_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  add(Method::kGet, "/api/v1/session", session, true);
  add(Method::kGet, "/api/v1/openapi.json", document, true);
  add(Method::kGet, "/api/docs", document_page);
}

}  // namespace tt::serve
