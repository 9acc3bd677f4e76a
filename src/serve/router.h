// Which function answers which path.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "serve/exchange.h"

namespace tt::serve {

struct Route {
  Method method = Method::kGet;  // kGet answers HEAD as well
  std::string pattern;           // "/api/v1/runs/{run}/notes"
  /// From any thread, several at a time. May throw; that is then an internal error.
  std::function<Reply(const Request&)> answer = {};
  /// In place of answer, where the body is too large for memory: `length` is what the sender
  /// promises, 0 where it does not say.
  std::function<Result<std::unique_ptr<BodySink>>(const Request&, std::uint64_t length)> upload =
      {};
  bool quick = false;  // touches neither disk nor many rows: answered without the pool
};

class Router {
 public:
  void add(Route route);
  std::span<const Route> routes() const { return routes_; }

  /// Fills in request.parts. An Error's place is the answer: 404 for a path that is not there, 405
  /// for one that has no such method.
  std::expected<const Route*, Reply> find(Request& request) const;

 private:
  struct Pattern {
    std::vector<std::string> segments;
  };
  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;
};

}  // namespace tt::serve
