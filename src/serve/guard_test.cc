#include "serve/guard.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

const Guard kLocal({.port = 8420, .access_token = "", .page_token = "page"});
const Guard kOpen({.port = 8420, .access_token = "secretsecretsecret", .page_token = "page"});

Request call(std::map<std::string, std::string, std::less<>> headers, Method method = Method::kGet,
             std::string_view path = "/api/v1/runs") {
  headers.emplace("host", "127.0.0.1:8420");
  return {.method = method, .target = *parse_target(path), .headers = std::move(headers)};
}

unsigned status(const Guard& guard, const Request& request) {
  const auto refused = guard.check(request);
  return refused ? refused->status : 200;
}

TEST(Guard, KnowsItsOwnNames) {
  for (const char* host : {"127.0.0.1:8420", "localhost:8420", "LocalHost:8420", "[::1]:8420"}) {
    EXPECT_EQ(status(kLocal, call({{"host", host}})), 200u) << host;
  }
}

TEST(Guard, RefusesANameThatWasReboundToUs) {
  for (const char* host : {"evil.example:8420", "evil.example", "127.0.0.1", "127.0.0.1:80", "",
                           "127.0.0.1:8420.evil.example", "localhost:8420@evil.example"}) {
    EXPECT_EQ(status(kLocal, call({{"host", host}})), 421u) << host;
  }
}

TEST(Guard, RefusesPagesOfOtherSites) {
  EXPECT_EQ(status(kLocal, call({{"origin", "http://127.0.0.1:8420"}})), 200u);
  EXPECT_EQ(status(kLocal, call({{"origin", "https://evil.example"}})), 403u);
  EXPECT_EQ(status(kLocal, call({{"origin", "null"}})), 403u);
  EXPECT_EQ(status(kLocal, call({{"origin", "http://127.0.0.1:9999"}})), 403u);
  EXPECT_EQ(status(kLocal, call({{"sec-fetch-site", "cross-site"}})), 403u);
  EXPECT_EQ(status(kLocal, call({{"sec-fetch-site", "same-site"}})), 403u);
  EXPECT_EQ(status(kLocal, call({{"sec-fetch-site", "none"}})), 200u);
  // A link to us may be followed, but not shown in a frame.
  EXPECT_EQ(status(kLocal, call({{"sec-fetch-site", "cross-site"},
                                 {"sec-fetch-mode", "navigate"},
                                 {"sec-fetch-dest", "document"}})),
            200u);
  EXPECT_EQ(status(kLocal, call({{"sec-fetch-site", "cross-site"},
                                 {"sec-fetch-mode", "navigate"},
                                 {"sec-fetch-dest", "iframe"}})),
            403u);
}

TEST(Guard, WhatChangesSomethingNeedsThePagesToken) {
  for (const auto method : {Method::kPost, Method::kPut, Method::kDelete, Method::kOther}) {
    EXPECT_EQ(status(kLocal, call({}, method)), 403u);
    EXPECT_EQ(status(kLocal, call({{"x-tokentrial-token", "pagf"}}, method)), 403u);
    EXPECT_EQ(status(kLocal, call({{"x-tokentrial-token", "page"}}, method)), 200u);
  }
}

TEST(Guard, OpenToOthersAsksEveryoneForTheSecret) {
  EXPECT_EQ(status(kOpen, call({})), 401u);
  EXPECT_EQ(status(kOpen, call({{"authorization", "Bearer secretsecretsecres"}})), 401u);
  EXPECT_EQ(status(kOpen, call({{"authorization", "Bearer secretsecretsecret"}})), 200u);
  EXPECT_EQ(status(kOpen, call({{"cookie", "tokentrial_access=secretsecretsecret"}})), 200u);
  EXPECT_EQ(status(kOpen, call({{"host", "lab.example:8420"},
                                {"cookie", "tokentrial_access=secretsecretsecret"}})),
            200u);
  // The secret is no page token.
  EXPECT_EQ(status(kOpen, call({{"authorization", "Bearer secretsecretsecret"}}, Method::kPost)),
            403u);
  // Nor may it stand in the address of anything but the first page.
  EXPECT_EQ(status(kOpen, call({}, Method::kGet, "/api/v1/runs?token=secretsecretsecret")), 401u);
  EXPECT_EQ(status(kOpen, call({}, Method::kGet, "/?token=secretsecretsecreT")), 401u);
  const auto first = kOpen.check(call({}, Method::kGet, "/?token=secretsecretsecret"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 303u);
  ASSERT_EQ(first->headers.size(), 2u);
  EXPECT_EQ(first->headers[1].second,
            "tokentrial_access=secretsecretsecret; HttpOnly; SameSite=Strict; Path=/");
}

TEST(Token, IsNeverTheSame) {
  const auto one = make_token();
  const auto two = make_token();
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->size(), 32u);
  EXPECT_NE(*one, *two);
  EXPECT_FALSE(same_secret("", "x"));
  EXPECT_TRUE(same_secret("xy", "xy"));
}

}  // namespace
}  // namespace tt::serve
