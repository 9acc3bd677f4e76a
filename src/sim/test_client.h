// A plain blocking HTTP client for the tests of this folder.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/protocol.h"
#include "net/framing.h"
#include "net/http_client.h"

namespace tt::sim {

struct HttpAnswer {
  int status = 0;  // 0: no whole head came
  std::vector<net::Header> headers;
  std::string body;
  bool complete = false;
  bool reset = false;  // the connection was reset

  std::string_view header(std::string_view name) const { return net::find_header(headers, name); }
};

class TestClient {
 public:
  explicit TestClient(std::uint16_t port, int receive_buffer = 0) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const timeval limit{.tv_sec = 30, .tv_usec = 0};  // a hung server fails the test
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected =
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    // A server that resets what it accepts may do so before connect() returns.
    reset_ = connected != 0 && errno == ECONNRESET;
    EXPECT_TRUE(connected == 0 || reset_) << std::strerror(errno);
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  void send(std::string_view bytes) {
    if (reset_) return;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == ECONNRESET || errno == EPIPE)) return;  // the answer will show it
    EXPECT_EQ(sent, static_cast<ssize_t>(bytes.size()));
  }

  void ask(std::string_view method, std::string_view path, std::string_view body = {},
           const std::string& more_headers = {}) {
    std::string text(method);
    text += " ";
    text += path;
    text += " HTTP/1.1\r\nHost: test\r\n" + more_headers;
    if (method == "POST") {
      text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
      text += "\r\n";
    }
    text += "\r\n";
    text += body;
    send(text);
  }

  /// What one read gives; empty at the end.
  std::string read_some() {
    if (reset_) return {};
    char buffer[65536];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    reset_ = got < 0 && errno == ECONNRESET;
    EXPECT_TRUE(got >= 0 || reset_) << std::strerror(errno);
    return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
  }

  HttpAnswer answer() {
    struct Sink final : net::ResponseSink {
      HttpAnswer out;
      void on_head(const net::ResponseHead& head) override {
        out.status = head.status;
        out.headers = head.headers;
      }
      void on_body(std::string_view piece) override { out.body += piece; }
    } sink;
    net::ResponseParser parser;
    for (;;) {
      const std::string bytes = left_.empty() ? read_some() : std::exchange(left_, {});
      const auto state = bytes.empty() ? parser.finish(sink) : feed(parser, bytes, sink);
      if (state == net::ParseState::kMore && !bytes.empty()) continue;
      sink.out.complete = state == net::ParseState::kDone;
      sink.out.reset = reset_;
      return sink.out;
    }
  }

  HttpAnswer exchange(std::string_view method, std::string_view path, std::string_view body = {},
                      const std::string& more_headers = {}) {
    ask(method, path, body, more_headers);
    return answer();
  }

 private:
  /// Byte by byte, so that the next answer's bytes are known from this one's.
  net::ParseState feed(net::ResponseParser& parser, std::string_view bytes,
                       net::ResponseSink& sink) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto state = parser.feed(bytes.substr(i, 1), sink);
      if (state == net::ParseState::kMore) continue;
      left_ = bytes.substr(i + 1);
      return state;
    }
    return net::ParseState::kMore;
  }

  int fd_ = -1;
  bool reset_ = false;
  std::string left_;
};

/// The payloads of a stream's events.
inline std::vector<std::string> events_of(engine::Framing framing, std::string_view body) {
  std::vector<std::string> out;
  const auto keep = [&out](std::string_view payload) { out.emplace_back(payload); };
  if (framing == engine::Framing::kSse) {
    net::SseFramer framer;
    framer.feed(body, keep);
    framer.finish(keep);
  } else {
    net::NdjsonFramer framer;
    framer.feed(body, keep);
    framer.finish(keep);
  }
  return out;
}

}  // namespace tt::sim
