#include "serve/exchange.h"

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

TEST(Target, IsTakenApartAndDecoded) {
  const auto target = parse_target("/api/v1/runs/a%20b?runs=x,y&runs=z&q=1+2%2B3");
  ASSERT_TRUE(target) << target.error().text();
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "runs", "a b"}));
  EXPECT_EQ(target->list("runs"), (std::vector<std::string>{"x", "y", "z"}));
  EXPECT_EQ(target->value("q"), "1 2+3");
  EXPECT_FALSE(target->value("none"));
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Target, NeverLeavesItsPlace) {
  for (const char* text : {"", "x", "http://a/b", "/a/../b", "/%2e%2e/b", "/a%2fb", "/a%5Cb",
                           "/a\\b", "/a%00b", "/a//b", "/.", "/a%0d%0ab", "/%", "/%1", "/%zz", "*",
                           "/a?%zz=1", "/a?x=%00", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
  std::string many = "/a?";
  for (int i = 0; i < 300; ++i) many += "x&";
  EXPECT_FALSE(parse_target(many));
}

TEST(Reply, SaysWhatIsWrongWithARemedy) {
  const auto reply = reply_of(Error{ErrorCode::kNotFound, "there is no run \"x\"", {}});
  EXPECT_EQ(reply.status, 404u);
  EXPECT_EQ(reply.body,
            "{\"code\": \"not_found\", \"message\": \"there is no run \\\"x\\\"\", \"remedy\": "
            "\"GET /api/v1/runs lists the runs that there are.\"}\n");
  EXPECT_EQ(reply_of(Error{ErrorCode::kInvalidInput, "no", "sql"}).status, 400u);
  EXPECT_EQ(reply_of(Error{ErrorCode::kUnavailable, "no", {}}).status, 409u);
  EXPECT_EQ(reply_of(Error{ErrorCode::kInternal, "no", {}}).status, 500u);
}

TEST(Reply, NamesOfDownloadsCannotBreakAHeader) {
  const auto reply = download("x", "text/plain", "a\"b\r\nSet-Cookie: c/../d.csv");
  ASSERT_EQ(reply.headers.size(), 1u);
  EXPECT_EQ(reply.headers[0].second, "attachment; filename=\"a_b__Set-Cookie__c_.._d.csv\"");
}

TEST(Cookie, IsFoundByItsWholeName) {
  EXPECT_EQ(cookie_value("a=1; tokentrial_access=xyz; b=2", "tokentrial_access"), "xyz");
  EXPECT_EQ(cookie_value("xtokentrial_access=no", "tokentrial_access"), "");
  EXPECT_EQ(cookie_value("", "a"), "");
}

}  // namespace
}  // namespace tt::serve
