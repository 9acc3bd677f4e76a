#include "net/http_server.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/http_client.h"

namespace tt::net {
namespace {

TEST(RequestParser, ReadsARequestWhereverItIsCut) {
  const std::string first =
      "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n{ab}";
  const std::string second = "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  const std::string bytes = first + second;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    RequestParser parser;
    std::vector<ParsedRequest> requests;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      std::string_view rest = std::string_view(bytes).substr(at, piece);
      while (!rest.empty()) {
        const ParseState state = parser.feed(rest);
        ASSERT_NE(state, ParseState::kError) << parser.error();
        rest.remove_prefix(parser.consumed());
        if (state != ParseState::kDone) break;
        requests.push_back(parser.request());
        parser.reset();
      }
    }
    ASSERT_EQ(requests.size(), 2U) << "in pieces of " << piece;
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].path, "/v1/chat/completions?x=1");
    EXPECT_EQ(requests[0].body, "{ab}");
    EXPECT_TRUE(requests[0].keep_alive);
    EXPECT_EQ(requests[1].method, "GET");
    EXPECT_EQ(requests[1].path, "/health");
    EXPECT_FALSE(requests[1].keep_alive);
    EXPECT_EQ(find_header(requests[1].headers, "HOST"), "h");
  }
}

TEST(RequestParser, ReadsChunkedBodies) {
  RequestParser parser;
  EXPECT_EQ(
      parser.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n"
                  "\r\n"),
      ParseState::kDone);
  EXPECT_EQ(parser.request().body, "abc");
}

TEST(RequestParser, ReadsWhatTheClientWrites) {
  const std::vector<Header> headers{{"Authorization", "Bearer x"}};
  const auto bytes = format_request("POST", Url{false, "h", 80, "/b"}, "/p", headers, "body");
  ASSERT_TRUE(bytes.has_value());
  RequestParser parser;
  EXPECT_EQ(parser.feed(*bytes), ParseState::kDone);
  EXPECT_EQ(parser.request().path, "/b/p");
  EXPECT_EQ(find_header(parser.request().headers, "authorization"), "Bearer x");
  EXPECT_EQ(parser.request().body, "body");
}

TEST(RequestParser, SaysWhatToAnswer) {
  const std::pair<std::string, int> cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n", 413},
      {"GET /" + std::string(kMaxHeadBytes, 'x'), 431},
      {"GET / HTTP/1.1\r\nA: " + std::string(kMaxHeadBytes, 'x'), 431},
  };
  for (const auto& [bytes, status] : cases) {
    RequestParser parser(10);
    EXPECT_EQ(parser.feed(bytes), ParseState::kError) << bytes.substr(0, 60);
    EXPECT_EQ(parser.error_status(), status) << bytes.substr(0, 60);
    EXPECT_FALSE(parser.error().empty());
    EXPECT_EQ(parser.feed("GET"), ParseState::kError);
    EXPECT_EQ(parser.consumed(), 0U);
  }
}

TEST(RequestParser, AsksOnceForContinue) {
  RequestParser parser;
  EXPECT_FALSE(parser.wants_continue());
  EXPECT_EQ(parser.feed("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"),
            ParseState::kMore);
  EXPECT_TRUE(parser.wants_continue());
  EXPECT_FALSE(parser.wants_continue());
  EXPECT_EQ(parser.feed("x"), ParseState::kDone);
}

struct Taken : ResponseSink {
  std::string body;
  void on_head(const ResponseHead&) override {}
  void on_body(std::string_view piece) override { body += piece; }
};

TEST(ResponseHead, IsReadBackByTheClient) {
  for (const bool keep_alive : {true, false}) {
    std::string bytes;
    const std::vector<Header> headers{{"X-A", "b"}, {"Bad", "x\r\nInjected: y"}};
    append_response_head(bytes, 200, "text/event-stream", BodyFraming::chunked(), headers,
                         keep_alive);
    append_chunk(bytes, "data: x\n\n");
    append_chunk(bytes, "");
    append_chunk(bytes, std::string(300, 'y'));
    bytes += kLastChunk;
    ResponseParser parser;
    Taken sink;
    EXPECT_EQ(parser.feed(bytes, sink), ParseState::kDone) << parser.error();
    EXPECT_EQ(sink.body, "data: x\n\n" + std::string(300, 'y'));
    EXPECT_EQ(find_header(parser.head().headers, "content-type"), "text/event-stream");
    EXPECT_EQ(find_header(parser.head().headers, "x-a"), "b");
    EXPECT_EQ(find_header(parser.head().headers, "injected"), "");
    EXPECT_EQ(parser.keep_alive(), keep_alive);
  }
}

TEST(ResponseHead, OtherFramings) {
  std::string bytes;
  append_response_head(bytes, 404, "application/json", BodyFraming::of_length(2));
  EXPECT_EQ(
      bytes,
      "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  bytes.clear();
  append_response_head(bytes, 599, "", BodyFraming::until_close());
  EXPECT_EQ(bytes, "HTTP/1.1 599 Unknown\r\nConnection: close\r\n\r\n");
}

TEST(ReasonPhrase, IsTheOneOfTheStandard) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(429), "Too Many Requests");
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
}

}  // namespace
}  // namespace tt::net
