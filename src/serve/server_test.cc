// The server over real sockets of this machine, with short limits.
#include "serve/server.h"

#include <atomic>
#include <cstring>
#include <future>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/guard.h"

namespace tt::serve {
namespace {

constexpr std::size_t kLarge = 32 << 20;  // more than any socket buffers

constexpr std::string_view kThrow("\x81\x85\0\0\0\0throw", 11);  // a text, with its mask
constexpr std::string_view kGoodbye("\x88\x80\0\0\0\0", 6);  // a frame that closes, with its mask

constexpr Dialect kDialect = Dialect::kNumbered;

const Dialect* live_path(const Target& target) {
  return target.segments == std::vector<std::string>{"live"} ? &kDialect : nullptr;
}

/// What was written to an upload, and whether it was finished.
struct Uploaded {
  std::string bytes;
  bool finished = false;
  bool destroyed = false;
};

class TestSink final : public BodySink {
 public:
  explicit TestSink(Uploaded& to) : to_(to) {}
  ~TestSink() override { to_.destroyed = true; }
  Result<void> write(std::string_view bytes) override {
    to_.bytes += bytes;
    if (to_.bytes.contains("throw")) throw std::runtime_error("oops");
    if (to_.bytes.contains("full")) return fail(ErrorCode::kIo, "the disk is full");
    return {};
  }
  Reply finish() override {
    to_.finished = true;
    return json_reply("{}");
  }

 private:
  Uploaded& to_;
};

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    router_.add(
        {.pattern = "/hello", .answer = [](const Request&) { return json_reply("hello"); }});
    router_.add({.pattern = "/throws",
                 .answer = [](const Request&) -> Reply { throw std::runtime_error("oops"); }});
    router_.add({.pattern = "/large",
                 .answer = [](const Request&) { return json_reply(std::string(kLarge, 'x')); }});
    router_.add({.pattern = "/quick",
                 .answer = [](const Request&) { return json_reply("quick"); },
                 .quick = true});
    router_.add({.pattern = "/waits", .answer = [this](const Request&) {
                   began_.set_value();
                   go_.get_future().wait();
                   return json_reply("waited");
                 }});
    router_.add({.method = Method::kPost, .pattern = "/echo", .answer = [](const Request& request) {
                   return json_reply(request.body);
                 }});
    router_.add({.method = Method::kPost,
                 .pattern = "/upload",
                 .upload = [this](const Request&, std::uint64_t) {
                   return Result<std::unique_ptr<BodySink>>(std::make_unique<TestSink>(uploaded_));
                 }});
  }

  void start(ServerOptions options = {}) {
    auto server = Server::bind(options);
    ASSERT_TRUE(server) << server.error().text();
    server_ = std::move(*server);
    guard_ = std::make_unique<Guard>(
        GuardOptions{.port = server_->port(), .access_token = "", .page_token = "page"});
    server_->start({.router = router_,
                    .guard = *guard_,
                    .hub = hub_,
                    .meter = meter_,
                    .live_path = live_path,
                    .command = [](std::string_view text) -> std::string {
                      if (text == "throw") throw std::runtime_error("throw");
                      return "\"" + std::string(text) + "\"";
                    }});
  }

  int connect() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(server_->port());
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    return fd;
  }

  static std::string read_all(int fd) {
    std::string all;
    char piece[65536];
    for (ssize_t n; (n = ::recv(fd, piece, sizeof piece, 0)) > 0;) {
      all.append(piece, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return all;
  }

  static void say(int fd, std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  std::string head(std::string_view line, std::string_view more = "") const {
    return std::string(line) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
           "\r\nX-Tokentrial-Token: page\r\n" + std::string(more) + "\r\n";
  }

  std::string call(const std::string& request) const {
    const int fd = connect();
    say(fd, request);
    ::shutdown(fd, SHUT_WR);
    return read_all(fd);
  }

  std::promise<void> began_;
  std::promise<void> go_;
  Uploaded uploaded_;
  Router router_;
  Hub hub_{"s"};
  Meter meter_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<Server> server_;
};

bool has(const std::string& text, std::string_view part) { return text.contains(part); }

TEST_F(ServerTest, AnswersCallAfterCall) {
  start();
  const auto both = call(head("GET /hello") + head("HEAD /hello") +
                         head("POST /echo", "Content-Length: 3\r\n") + "abc");
  EXPECT_TRUE(has(both, "hello")) << both;
  EXPECT_TRUE(both.ends_with("abc")) << both;
  EXPECT_TRUE(has(both, "X-Content-Type-Options: nosniff"));
  EXPECT_EQ(meter_.answers[2], 3u);
}

TEST_F(ServerTest, WhatThrowsIsAnAnswerLikeAnyOther) {
  start();
  const auto text = call(head("GET /throws"));
  EXPECT_TRUE(has(text, "500 Internal Server Error")) << text;
  EXPECT_TRUE(has(text, "oops"));
  EXPECT_TRUE(has(call(head("GET /hello")), "hello"));
}

TEST_F(ServerTest, LargeAnswersArriveWhole) {
  start();
  EXPECT_GT(call(head("GET /large")).size(), kLarge);
}

TEST_F(ServerTest, CutsOffWhoIsTooSlow) {
  start({.header_time = 50 * kMillisecond, .body_time = 50 * kMillisecond});
  int fd = connect();
  say(fd, "GET /hel");
  EXPECT_EQ(read_all(fd), "");
  fd = connect();
  say(fd, head("POST /echo", "Content-Length: 10\r\n") + "ab");
  EXPECT_EQ(read_all(fd), "");
  while (meter_.timed_out < 2) std::this_thread::yield();
}

TEST_F(ServerTest, CutsOffWhoReadsTooSlowly) {
  start({.write_time = 50 * kMillisecond});
  const int fd = connect();
  say(fd, head("GET /large"));  // and does not read
  while (meter_.timed_out == 0) std::this_thread::yield();
  EXPECT_LT(read_all(fd).size(), kLarge);
}

TEST_F(ServerTest, UploadsAreHandedOnPieceByPiece) {
  start({.upload_bytes = 1'000'000});
  const std::string body(700'000, 'x');
  EXPECT_TRUE(has(call(head("POST /upload", "Content-Length: 700000\r\n") + body), " 200 OK"));
  EXPECT_EQ(uploaded_.bytes, body);
  EXPECT_TRUE(uploaded_.finished && uploaded_.destroyed);
}

TEST_F(ServerTest, AnUploadThatEndsTooSoonIsNotFinished) {
  start();
  EXPECT_TRUE(has(call(head("POST /upload", "Content-Length: 100\r\n") + "abc"), " 400 "));
  EXPECT_FALSE(uploaded_.finished);
  EXPECT_TRUE(uploaded_.destroyed);
}

TEST_F(ServerTest, AnUploadThatIsTooLargeOrMeetsAFullDiskIsEnded) {
  start({.upload_bytes = 10});
  EXPECT_TRUE(has(call(head("POST /upload", "Content-Length: 11\r\n")), " 413 "));
  EXPECT_TRUE(has(call(head("POST /upload", "Transfer-Encoding: chunked\r\n") +
                       "b\r\n0123456789a\r\n0\r\n\r\n"),
                  " 413 "));
  EXPECT_TRUE(
      has(call(head("POST /upload", "Content-Length: 4\r\n") + "full"), "the disk is full"));
}

TEST_F(ServerTest, WhatThrowsAnywhereHarmsOneCallerAlone) {
  start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(has(call(head("POST /upload", "Content-Length: 5\r\n") + "throw"),
                    "the server failed: oops"));
    EXPECT_TRUE(uploaded_.destroyed);
    EXPECT_FALSE(uploaded_.finished);
    uploaded_ = {};
  }
  const int fd = connect();
  say(fd, head("GET /live",
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  while (meter_.live_messages < 1) std::this_thread::yield();
  say(fd, kThrow);
  while (meter_.live_messages < 2) std::this_thread::yield();
  say(fd, kGoodbye);
  EXPECT_TRUE(has(read_all(fd), "the server failed: throw"));
  EXPECT_TRUE(has(call(head("GET /hello")), "hello"));
}

// A reset would take the answer away from who is still sending.
TEST_F(ServerTest, WhoSendsMuchMoreThanItMayStillHearsWhy) {
  start({.body_bytes = 1000});
  std::string body;
  body.resize(30'000'000, 'x');
  EXPECT_TRUE(has(call(head("POST /echo", "Content-Length: 30000000\r\n") + body), " 413 "));
}

TEST_F(ServerTest, WhatStandsBetweenPiecesIsNotHeldWithoutEnd) {
  start();
  const std::string much(1'000'000, 'x');
  for (const std::string_view begin : {"1;note=", "0\r\nTrailer: "}) {
    EXPECT_TRUE(
        has(call(head("POST /echo", "Transfer-Encoding: chunked\r\n") + std::string(begin) + much),
            " 400 "))
        << begin;
  }
  EXPECT_TRUE(has(call(head("POST /echo", "Transfer-Encoding: chunked\r\n") +
                       "1;note=x\r\na\r\n0\r\nTrailer: x\r\n\r\n"),
                  " 200 OK"));
}

TEST_F(ServerTest, WhoAsksWhetherToSendIsTold) {
  start();
  const auto text =
      call(head("POST /echo", "Expect: 100-continue\r\nContent-Length: 2\r\n") + "ab");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 100 Continue")) << text;
  EXPECT_TRUE(text.ends_with("ab"));
}

TEST_F(ServerTest, TakesOnlySoManySockets) {
  start({.sockets = 2});
  const int one = connect();
  const int two = connect();
  while (meter_.sockets < 2) std::this_thread::yield();
  const auto refused = read_all(connect());
  EXPECT_TRUE(has(refused, "503 Service Unavailable")) << refused;
  ::close(one);
  while (meter_.sockets > 1) std::this_thread::yield();
  EXPECT_TRUE(has(call(head("GET /hello")), "hello"));
  ::close(two);
}

TEST_F(ServerTest, OnlySoMuchWaitsToBeRead) {
  start({.reply_bytes = kLarge + 1000});
  const int fd = connect();
  say(fd, head("GET /large", "Connection: close\r\n"));
  while (meter_.answers[2] == 0) std::this_thread::yield();  // and is not read
  const auto refused = call(head("GET /large"));
  EXPECT_TRUE(has(refused, "503 Service Unavailable")) << refused;
  EXPECT_TRUE(has(refused, "too many answers wait to be read"));
  EXPECT_TRUE(has(call(head("GET /hello")), "hello")) << "small ones fit";
  EXPECT_GT(read_all(fd).size(), kLarge);
  EXPECT_GT(call(head("GET /large")).size(), kLarge);
}

TEST_F(ServerTest, OnlySoManyWaitForThePool) {
  start({.waiting = 1, .pool_threads = 1});
  const int fd = connect();
  say(fd, head("GET /waits", "Connection: close\r\n"));
  began_.get_future().wait();
  EXPECT_TRUE(has(call(head("GET /hello")), "503 Service Unavailable"));
  EXPECT_TRUE(has(call(head("GET /quick")), "quick")) << "needs no pool";
  go_.set_value();
  EXPECT_TRUE(has(read_all(fd), "waited"));
}

TEST_F(ServerTest, AnAnswerUnderWayIsEndedBeforeTheServer) {
  start();
  const int fd = connect();
  say(fd, head("GET /waits"));
  began_.get_future().wait();
  auto stopped = std::async([&] { server_->stop(); });
  while (!hub_.closed()) std::this_thread::yield();
  go_.set_value();
  const auto text = read_all(fd);
  EXPECT_TRUE(has(text, "waited")) << text;
  EXPECT_TRUE(has(text, "Connection: close")) << text;
  stopped.wait();
}

// The least of a WebSocket: asks for it, and reads frames of the server, which have no mask.
TEST_F(ServerTest, AWebSocketGetsWhatTheHubHasAndIsToldWhatItMissed) {
  for (int i = 0; i < 3; ++i) hub_.publish({.type = "log", .run_id = {}, .members = "\"n\": 1"});
  start();
  const int fd = connect();
  say(fd, head("GET /live?stream=s&after=1",
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  while (meter_.live_messages < 3) std::this_thread::yield();
  hub_.publish({.type = "log", .run_id = {}, .members = "\"n\": 2"});
  while (meter_.live_messages < 4) std::this_thread::yield();
  say(fd, kGoodbye);
  const auto text = read_all(fd);
  server_->stop();
  EXPECT_TRUE(has(text, "101 Switching Protocols")) << text;
  EXPECT_TRUE(has(text, "\"type\": \"hello\"")) << text;
  EXPECT_FALSE(has(text, "\"seq\": 1,")) << text;
  for (const char* number : {"\"seq\": 2,", "\"seq\": 3,", "\"seq\": 4,"})
    EXPECT_TRUE(has(text, number));
  EXPECT_EQ(meter_.live_sockets, 0);
  EXPECT_EQ(hub_.listeners(), 0u);
}

TEST_F(ServerTest, ATabThatFellBehindIsTold) {
  Hub small("t", {.messages = 2});
  for (int i = 0; i < 10; ++i) small.publish({.type = "log", .run_id = {}, .members = "\"n\": 1"});
  auto server = Server::bind({});
  ASSERT_TRUE(server);
  server_ = std::move(*server);
  const Guard guard({.port = server_->port(), .access_token = "", .page_token = "page"});
  server_->start({.router = router_,
                  .guard = guard,
                  .hub = small,
                  .meter = meter_,
                  .live_path = live_path,
                  .command = [](std::string_view) { return std::string(); }});
  const int fd = connect();
  say(fd, head("GET /live?stream=t&after=3",
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  while (meter_.live_messages < 4) std::this_thread::yield();
  say(fd, kGoodbye);
  const auto text = read_all(fd);
  server_->stop();
  EXPECT_TRUE(has(text, "\"type\": \"missed\", \"count\": 5, \"next\": 9")) << text;
  EXPECT_TRUE(has(text, "\"seq\": 9,") && has(text, "\"seq\": 10,")) << text;
}

TEST(Server, SaysWhyItCannotListen) {
  EXPECT_EQ(Server::bind({.address = "nowhere"}).error().code, ErrorCode::kInvalidInput);
  const auto one = Server::bind({});
  ASSERT_TRUE(one);
  // SO_REUSEADDR lets nobody listen where somebody does.
  const auto two = Server::bind({.port = (*one)->port()});
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tt::serve
