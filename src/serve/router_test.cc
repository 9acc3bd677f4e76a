#include "serve/router.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

Router made() {
  Router router;
  const auto answer = [](const Request& request) { return Reply{.body = request.part("run")}; };
  router.add({.pattern = "/", .answer = [](const Request&) { return Reply{.body = "home"}; }});
  router.add({.pattern = "/runs/{run}", .answer = answer});
  router.add({.method = Method::kDelete, .pattern = "/runs/{run}", .answer = answer});
  return router;
}

TEST(Router, FindsByPathAndMethod) {
  const Router router = made();
  Request request{.method = Method::kHead, .target = *parse_target("/runs/a%20b"), .headers = {}};
  const auto route = router.find(request);
  ASSERT_TRUE(route);
  EXPECT_EQ((*route)->answer(request).body, "a b");
  request.target = *parse_target("/");
  ASSERT_TRUE(router.find(request));
}

TEST(Router, TellsWhatIsThereInstead) {
  const Router router = made();
  Request request{.method = Method::kPost, .target = *parse_target("/runs/x"), .headers = {}};
  const auto wrong = router.find(request);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().status, 405u);
  EXPECT_EQ(wrong.error().headers.at(0).second, "GET, DELETE");
  request.target = *parse_target("/runs/x/y");
  EXPECT_EQ(router.find(request).error().status, 404u);
}

}  // namespace
}  // namespace tt::serve
