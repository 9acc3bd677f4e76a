#include "net/http_client.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tt::net {
namespace {

struct Taken : ResponseSink {
  int heads = 0;
  ResponseHead head;
  std::string body;
  void on_head(const ResponseHead& h) override {
    ++heads;
    head = h;
  }
  void on_body(std::string_view piece) override { body += piece; }
};

/// Feeds in pieces of `piece` bytes, the end included.
ParseState parse(ResponseParser& parser, Taken& sink, std::string_view bytes, std::size_t piece,
                 bool closes) {
  ParseState state = ParseState::kMore;
  for (std::size_t at = 0; at < bytes.size() && state == ParseState::kMore; at += piece) {
    const std::string own(bytes.substr(at, piece));
    state = parser.feed(own, sink);
  }
  return state == ParseState::kMore && closes ? parser.finish(sink) : state;
}

struct Good {
  const char* name;
  std::string bytes;
  int status;
  std::string body;
  bool keep_alive;
  bool closes = false;
};

const std::vector<Good>& good_answers() {
  static const std::vector<Good> kAll{
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
      {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true},
      {"no reason", "HTTP/1.1 404\r\nContent-Length: 1\r\n\r\nx", 404, "x", true},
      {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 200, "x",
       false},
      {"chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n "
       "world\r\n0\r\n\r\n",
       200, "hello world", true},
      {"chunk extras",
       "HTTP/1.1 200 OK\r\ntransfer-encoding: "
       "Chunked\r\n\r\n00A;name=value\r\n0123456789\r\n"
       "0\r\nTrailer: value\r\n\r\n",
       200, "0123456789", true},
      {"empty chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "",
       true},
      {"until close", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall of it", 200, "all of it", false,
       true},
      {"1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old", false, true},
      {"1.0 keep", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", 200,
       "x", true},
      {"interim",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
       "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\nno",
       429, "no", true},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
      {"sse",
       "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
       "f\r\ndata: {\"a\":1}\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n",
       200, "data: {\"a\":1}\n\ndata: [DONE]\n\n", true},
  };
  return kAll;
}

TEST(ResponseParser, ReadsAnswersWhereverTheyAreCut) {
  for (const Good& c : good_answers()) {
    for (std::size_t piece = 1; piece <= c.bytes.size(); ++piece) {
      ResponseParser parser;
      Taken sink;
      ASSERT_EQ(parse(parser, sink, c.bytes, piece, c.closes), ParseState::kDone)
          << c.name << " in pieces of " << piece << ": " << parser.error();
      EXPECT_EQ(sink.heads, 1) << c.name;
      EXPECT_EQ(sink.head.status, c.status) << c.name;
      EXPECT_EQ(sink.body, c.body) << c.name;
      EXPECT_EQ(parser.keep_alive(), c.keep_alive) << c.name;
    }
  }
}

TEST(ResponseParser, SaysWhereAnAnswerWasCutShort) {
  for (const Good& c : good_answers()) {
    if (c.closes) continue;  // its end is the close
    for (std::size_t cut = 0; cut < c.bytes.size(); ++cut) {
      ResponseParser parser;
      Taken sink;
      ASSERT_EQ(parse(parser, sink, std::string_view(c.bytes).substr(0, cut), 7, true),
                ParseState::kError)
          << c.name << " cut at " << cut;
      EXPECT_TRUE(parser.truncated());
      EXPECT_FALSE(parser.keep_alive());
      EXPECT_FALSE(parser.error().empty());
    }
  }
}

TEST(ResponseParser, InterimAnswersHaveNoBody) {
  ResponseParser parser;
  Taken sink;
  EXPECT_EQ(parser.feed("HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\n\r\n"
                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                        sink),
            ParseState::kDone)
      << parser.error();
  EXPECT_EQ(sink.body, "x");
  EXPECT_EQ(sink.head.status, 200);
}

TEST(ResponseParser, ReadsHeaders) {
  ResponseParser parser;
  Taken sink;
  parser.feed(
      "HTTP/1.1 200 OK\r\nX-A: 1\r\nEmpty:\r\nX-B:  two words  \r\nx-a: 3\r\nContent-Length: 0"
      "\r\n\r\n",
      sink);
  ASSERT_TRUE(parser.has_head());
  const auto& headers = parser.head().headers;
  EXPECT_EQ(headers.size(), 5U);
  EXPECT_EQ(find_header(headers, "x-a"), "1");
  EXPECT_EQ(find_header(headers, "EMPTY"), "");
  EXPECT_EQ(find_header(headers, "x-b"), "two words");
  EXPECT_EQ(find_header(headers, "absent"), "");
}

TEST(ResponseParser, RefusesWhatIsNotHttp) {
  for (const std::string_view bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "\x16\x03\x01", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 999 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"}) {
    ResponseParser parser;
    Taken sink;
    EXPECT_EQ(parse(parser, sink, bytes, bytes.size(), false), ParseState::kError) << bytes;
    EXPECT_FALSE(parser.error().empty()) << bytes;
    EXPECT_FALSE(parser.truncated()) << bytes;
    EXPECT_EQ(parser.feed("HTTP/1.1 200 OK\r\n", sink), ParseState::kError);
    EXPECT_EQ(parser.finish(sink), ParseState::kError);
  }
}

TEST(ResponseParser, LimitsTheHead) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  std::string many = start;
  for (std::size_t i = 0; i <= kMaxHeaders; ++i) many += "A: b\r\n";
  for (const std::string& bytes : {start + "A: " + std::string(kMaxHeadBytes, 'x'),
                                   start + std::string(kMaxHeadBytes + 1, 'n'),
                                   "HTTP/1.1 200 " + std::string(kMaxHeadBytes + 1, 'r'), many}) {
    for (const std::size_t piece : {bytes.size(), std::size_t{1000}}) {
      ResponseParser parser;
      Taken sink;
      EXPECT_EQ(parse(parser, sink, bytes, piece, false), ParseState::kError);
      EXPECT_NE(parser.error().find("64 KiB"), std::string_view::npos) << parser.error();
    }
  }
}

TEST(ResponseParser, BytesAfterTheAnswerSpoilTheConnection) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
  ResponseParser parser;
  Taken sink;
  EXPECT_EQ(parser.feed(answer + "more", sink), ParseState::kDone);
  EXPECT_FALSE(parser.keep_alive());
  parser.reset();
  EXPECT_EQ(parser.feed(answer, sink), ParseState::kDone);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_EQ(parser.feed("HTTP", sink), ParseState::kDone);
  EXPECT_FALSE(parser.keep_alive());
}

TEST(ResponseParser, ResetReadsTheNextAnswer) {
  ResponseParser parser;
  for (int i = 0; i < 3; ++i) {
    Taken sink;
    parser.reset();
    EXPECT_FALSE(parser.has_head());
    EXPECT_EQ(parser.feed("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 1\r\n\r\nx", sink),
              ParseState::kDone);
    EXPECT_EQ(parser.head().headers.size(), 2U);
  }
  ResponseParser moved = std::move(parser);
  Taken sink;
  moved.reset(true);
  EXPECT_EQ(moved.feed("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", sink), ParseState::kDone);
  EXPECT_EQ(sink.body, "");
}

TEST(ResponseParser, BodyPiecesLieInTheInput) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
  struct Inside : ResponseSink {
    const std::string* bytes;
    int inside = 0;
    void on_head(const ResponseHead&) override {}
    void on_body(std::string_view piece) override {
      inside += piece.data() >= bytes->data() && piece.data() < bytes->data() + bytes->size();
    }
  } sink;
  sink.bytes = &bytes;
  ResponseParser parser;
  EXPECT_EQ(parser.feed(bytes, sink), ParseState::kDone);
  EXPECT_EQ(sink.inside, 2);
}

TEST(FormatRequest, WritesWhatServersExpect) {
  const Url url{false, "host", 8000, "/base"};
  const std::vector<Header> headers{{"Content-Type", "application/json"}};
  EXPECT_EQ(format_request("POST", url, "/v1/x", headers, "{}").value(),
            "POST /base/v1/x HTTP/1.1\r\nHost: host:8000\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}");
  EXPECT_EQ(format_request("GET", url, "/", {}, "", false).value(),
            "GET /base/ HTTP/1.1\r\nHost: host:8000\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(format_request("POST", url, "/", {}, "").value(),
            "POST /base/ HTTP/1.1\r\nHost: host:8000\r\nContent-Length: 0\r\n\r\n");
  const std::vector<Header> own_host{{"host", "virtual"}};
  EXPECT_EQ(format_request("GET", url, "/", own_host, "").value(),
            "GET /base/ HTTP/1.1\r\nhost: virtual\r\n\r\n");
}

TEST(FormatRequest, NothingCanBreakTheFraming) {
  const Url url{false, "host", 8000, ""};
  const auto refused = [&](std::string_view method, std::string_view path, Header header) {
    const std::vector<Header> headers{std::move(header)};
    const auto request = format_request(method, url, path, headers, "");
    EXPECT_FALSE(request.has_value()) << *request;
    if (!request) {
      EXPECT_EQ(request.error().text().find("hunter2"), std::string::npos);
    }
  };
  const Header fine{"A", "b"};
  for (const std::string_view method : {"", "get", "GE T", "GET\r\n"}) refused(method, "/", fine);
  for (const std::string_view path : {"", "x", "/a b", "/a\r\nX: y", "/\x7f"}) {
    refused("GET", path, fine);
  }
  for (const Header& header :
       {Header{"", "x"}, Header{"A b", "x"}, Header{"A:", "x"}, Header{"A", "hunter2\r\nB: c"},
        Header{"A", "x\ny"}, Header{"A", std::string("x\0y", 3)}, Header{"A\n", "x"},
        Header{"content-length", "1"}, Header{"Transfer-Encoding", "chunked"},
        Header{"Connection", "close"}}) {
    refused("GET", "/", header);
  }
}

}  // namespace
}  // namespace tt::net
