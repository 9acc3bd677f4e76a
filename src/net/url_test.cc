#include "net/url.h"

#include <gtest/gtest.h>

namespace tt::net {
namespace {

struct Good {
  std::string_view text;
  Url url;
  std::string_view host_header;
};

TEST(Url, ReadsWhatPeopleWrite) {
  const Good cases[] = {
      {"http://localhost:8000", {false, "localhost", 8000, ""}, "localhost:8000"},
      {"http://localhost", {false, "localhost", 80, ""}, "localhost"},
      {"https://api.Example.com/v1/", {true, "api.example.com", 443, "/v1"}, "api.example.com"},
      {"HTTP://10.0.0.1:80/", {false, "10.0.0.1", 80, ""}, "10.0.0.1"},
      {"https://host:80", {true, "host", 80, ""}, "host:80"},
      {"http://[::1]:8000/a/b//", {false, "::1", 8000, "/a/b"}, "[::1]:8000"},
      {"http://[FE80::1]", {false, "fe80::1", 80, ""}, "[fe80::1]"},
      {"  http://my_host-1.local:65535  ",
       {false, "my_host-1.local", 65535, ""},
       "my_host-1.local:65535"},
      {"http://host/a@b", {false, "host", 80, "/a@b"}, "host"},
  };
  for (const Good& c : cases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url.has_value()) << c.text << ": " << url.error().text();
    EXPECT_EQ(*url, c.url) << c.text;
    EXPECT_EQ(url->host_header(), c.host_header);
    EXPECT_EQ(parse_url(url->text()), *url) << url->text();
  }
}

TEST(Url, ErrorsSayWhatToWrite) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "empty"},
      {"localhost:8000", "http://localhost:8000"},
      {"ftp://host", "use http or https"},
      {"://host", "use http or https"},
      {"http://", "no host"},
      {"http://:80", "no host"},
      {"http:///path", "no host"},
      {"http://host:0", "from 1 to 65535"},
      {"http://host:65536", "from 1 to 65535"},
      {"http://host:", "from 1 to 65535"},
      {"http://host:80x", "from 1 to 65535"},
      {"http://host:-1", "from 1 to 65535"},
      {"http://::1:80", "brackets"},
      {"http://[::1", "']'"},
      {"http://[nonsense]", "IPv6"},
      {"http://[::1]x", "only a port"},
      {"http://ho st", "character"},
      {"http://host\r\nX: y", "character"},
      {"http://host?x=1", "query"},
      {"http://host/a#b", "fragment"},
      {"http://host/a b", "%20"},
  };
  for (const auto& [text, expected] : cases) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidInput);
    EXPECT_NE(url.error().text().find(expected), std::string::npos) << url.error().text();
  }
}

TEST(Url, NeverRepeatsASecret) {
  for (const std::string_view text : {"http://user:hunter2@host", "https://hunter2@host:1/x",
                                      "user:hunter2@host", "ftp://hunter2@h"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().text().find("hunter2"), std::string::npos);
    EXPECT_NE(url.error().message.find("api_key_env"), std::string::npos);
  }
}

TEST(Url, JoinsPaths) {
  EXPECT_EQ(parse_url("http://h/base/")->path_of("/v1/models"), "/base/v1/models");
}

}  // namespace
}  // namespace tt::net
