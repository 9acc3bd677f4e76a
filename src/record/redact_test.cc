#include "record/redact.h"

#include <gtest/gtest.h>

namespace tt::record {
namespace {

TEST(RedactUrl, BlanksUsersPasswordsAndKeys) {
  EXPECT_EQ(redact_url("http://host:8000/v1"), "http://host:8000/v1");
  EXPECT_EQ(redact_url("https://user:pw@host:8000/v1?x=1#y"), "https://***@host:8000/v1?x=1#y");
  EXPECT_EQ(redact_url("https://a@b:c@host"), "https://***@host");
  EXPECT_EQ(redact_url("http://h/p?api-version=2&api_key=abc&Token=t&q=&x"),
            "http://h/p?api-version=2&api_key=***&Token=***&q=&x");
  EXPECT_EQ(redact_url("http://h?sig=abc#frag?key=no"), "http://h?sig=***#frag?key=no");
  EXPECT_EQ(redact_url("http://h?&&key=1&"), "http://h?&&key=***&");
  EXPECT_EQ(redact_url("http://[::1]:8000/"), "http://[::1]:8000/");
}

TEST(RedactUrl, LeavesOtherTextAlone) {
  EXPECT_EQ(redact_url(""), "");
  EXPECT_EQ(redact_url("host:8000"), "host:8000");
  EXPECT_EQ(redact_url("http://h/a@b"), "http://h/a@b");
  EXPECT_EQ(redact_url("://"), "://");
}

TEST(Redactor, BlanksEverySecretWhereverItStands) {
  Redactor redactor;
  redactor.add_secret("sk-abcdef");
  redactor.add_secret("sk-abcdef-longer");
  redactor.add_secret("with\"quote");
  EXPECT_EQ(redactor.cleaned("bad key sk-abcdef, sk-abcdef-longer!sk-abcdef"),
            "bad key ***, ***!***");
  EXPECT_EQ(redactor.cleaned(R"({"e":"with\"quote"})"), R"({"e":"***"})");
  std::string plain = "nothing here";
  EXPECT_FALSE(redactor.clean(plain));
  EXPECT_EQ(plain, "nothing here");
}

TEST(Redactor, IgnoresWhatIsTooShortToBeASecret) {
  Redactor redactor;
  redactor.add_secret("");
  redactor.add_secret("abc");
  redactor.add_secret("****");  // must not replace for ever
  EXPECT_EQ(redactor.cleaned("abc ****"), "abc ***");
}

}  // namespace
}  // namespace tt::record
