#include "net/tls.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "net/pool.h"
#include "net/receive_stamp.h"
#include "net/test_certificates.h"
#include "net/test_io.h"

namespace tt::net {
namespace {

/// A file that goes when the test ends.
struct TemporaryFile {
  explicit TemporaryFile(const std::string& content)
      : path(testing::TempDir() + "tls-test-" + std::to_string(::getpid()) + "-" +
             std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".pem") {
    std::ofstream(path) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::string path;
};

/// What a client with `options` sees of a server with `certificate`, asked for by `host`.
struct Meeting {
  std::optional<NetError> failure;
  std::string answer;
  ConnectTimes times;
  int stamped = 0;
};

asio::awaitable<void> serve(Listener& listener, std::shared_ptr<const TlsContext> context) {
  auto accepted = co_await listener.accept();
  if (!accepted) co_return;
  // Through adopt() with a session: the same class serves both ends.
  const int fd = ::dup((*accepted)->native_handle());
  auto server = Connection::adopt((*accepted)->loop(), fd, TlsSession::server(context));
  auto shaken = co_await server->handshake();
  if (!shaken) co_return;
  const std::string question = co_await read_some(*server, 4);
  const std::string answer = question + std::string(100'000, '!');
  auto written = co_await server->write(answer);
  if (written) server->close();
}

Meeting meet(const Certificate& certificate, const TlsOptions& options, const std::string& host) {
  Meeting out;
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  if (!listener) throw std::runtime_error(listener.error().text());
  auto context = TlsContext::create(options);
  if (!context) throw std::runtime_error(context.error().text());
  go(io, [&]() { return serve(**listener, server_context(certificate)); });
  go(io, [&]() -> asio::awaitable<void> {
    Endpoint endpoint = endpoint_of((*listener)->port(), host);
    endpoint.url.tls = true;
    endpoint.tls = *context;
    endpoint.addresses = *co_await resolve("127.0.0.1", (*listener)->port());
    auto opened = co_await Connection::open(endpoint, steady_now() + 60 * kSecond);
    if (!opened) {
      out.failure = opened.error();
      co_return;
    }
    out.times = opened->times;
    Connection& client = *opened->connection;
    auto written = co_await client.write("ping");
    EXPECT_TRUE(written.has_value());
    char buffer[1000];
    for (;;) {
      const Read r = client.try_read(buffer);
      if (r.kind == Read::Kind::kData) {
        out.answer.append(buffer, r.size);
        out.stamped += r.stamp != kNever;
        EXPECT_LE(r.arrived(), r.read_at);
      } else if (r.kind != Read::Kind::kWouldBlock) {
        EXPECT_EQ(r.kind, Read::Kind::kClosed) << client.error().message;
        break;
      } else if (!co_await client.wait_readable()) {
        break;
      }
    }
  });
  io.run();
  return out;
}

class Tls : public testing::Test {
 protected:
  static Certificate authority() {
    return make_certificate({.common_name = "Test Authority", .authority = true});
  }
  static void expect_refused(const Meeting& m, std::string_view words) {
    ASSERT_TRUE(m.failure.has_value());
    EXPECT_EQ(m.failure->status, Status::kTls);
    EXPECT_NE(m.failure->message.find(words), std::string::npos) << m.failure->message;
  }
};

TEST_F(Tls, TrustsWhatTheGivenAuthoritySigned) {
  const Certificate ca = authority();
  const Certificate leaf =
      make_certificate({.alternative_names = "DNS:engine.test,IP:127.0.0.1", .issuer = &ca});
  const TemporaryFile file(ca.pem());
  const StampKeeper keeper;
  for (const std::string host : {"engine.test", "127.0.0.1"}) {
    const Meeting m = meet(leaf, {.ca_file = file.path}, host);
    ASSERT_FALSE(m.failure.has_value()) << m.failure->message;
    EXPECT_EQ(m.answer, "ping" + std::string(100'000, '!'));
    EXPECT_GE(m.times.tls, 0);
    EXPECT_EQ(m.times.dns, -1);
    EXPECT_EQ(m.stamped > 0, keeper.stamping());
  }
}

TEST_F(Tls, RefusesAnotherName) {
  const Certificate ca = authority();
  const Certificate leaf = make_certificate({.alternative_names = "DNS:other.test", .issuer = &ca});
  const TemporaryFile file(ca.pem());
  expect_refused(meet(leaf, {.ca_file = file.path}, "engine.test"), "another name");
  expect_refused(meet(leaf, {.ca_file = file.path}, "127.0.0.1"), "another name");
}

TEST_F(Tls, RefusesAnUnknownAuthority) {
  const Certificate ca = authority();
  const Certificate leaf =
      make_certificate({.alternative_names = "DNS:engine.test", .issuer = &ca});
  expect_refused(meet(leaf, {}, "engine.test"), "--ca");
}

TEST_F(Tls, RefusesSelfSignedUnlessInsecure) {
  const Certificate self = make_certificate({.alternative_names = "DNS:engine.test"});
  expect_refused(meet(self, {}, "engine.test"), "self-signed");
  const Meeting m = meet(self, {.insecure = true}, "wrong.test");
  ASSERT_FALSE(m.failure.has_value()) << m.failure->message;
  EXPECT_TRUE(m.answer.starts_with("ping!"));
}

TEST_F(Tls, RefusesExpiredAndFutureCertificates) {
  const Certificate ca = authority();
  const TemporaryFile file(ca.pem());
  CertificateWish wish{.alternative_names = "DNS:engine.test", .issuer = &ca};
  wish.valid_from_s = -7200;
  wish.valid_until_s = -3600;
  expect_refused(meet(make_certificate(wish), {.ca_file = file.path}, "engine.test"), "expired");
  wish.valid_from_s = 3600;
  wish.valid_until_s = 7200;
  expect_refused(meet(make_certificate(wish), {.ca_file = file.path}, "engine.test"),
                 "not valid yet");
}

TEST_F(Tls, BadAuthorityFilesAreNamed) {
  const TemporaryFile file("not a certificate");
  for (const std::string& path : {file.path, std::string("/nonexistent/ca.pem")}) {
    const auto context = TlsContext::create({.ca_file = path});
    ASSERT_FALSE(context.has_value());
    EXPECT_EQ(context.error().source, path);
    EXPECT_NE(context.error().message.find("PEM"), std::string::npos);
  }
  const auto missing = TlsContext::create({.ca_file = "/nonexistent/ca.pem"});
  EXPECT_NE(missing.error().message.find("No such file"), std::string::npos)
      << missing.error().message;
}

/// A TLS client meets a server that says `reply` to anything, then closes.
NetError meet_plain_server(std::string_view reply) {
  NetError out;
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  go(io, [&]() -> asio::awaitable<void> {
    auto accepted = co_await (*listener)->accept();
    co_await read_some(**accepted, 1);
    (*accepted)->try_write(reply);
    (*accepted)->close();
  });
  go(io, [&]() -> asio::awaitable<void> {
    Endpoint endpoint = endpoint_of((*listener)->port());
    endpoint.url.tls = true;
    endpoint.tls = *TlsContext::create();
    auto opened = co_await Connection::open(endpoint, steady_now() + 60 * kSecond);
    EXPECT_FALSE(opened.has_value());
    if (!opened) out = opened.error();
  });
  io.run();
  return out;
}

TEST_F(Tls, SaysWhenTheServerDoesNotSpeakIt) {
  const NetError plain = meet_plain_server("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(plain.status, Status::kTls);
  EXPECT_NE(plain.message.find("http://"), std::string::npos) << plain.message;
  const NetError silent = meet_plain_server("");
  EXPECT_EQ(silent.status, Status::kTls);
  EXPECT_FALSE(silent.message.empty());
}

TEST_F(Tls, HandshakeThatHangsRunsIntoTheDeadline) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  go(io, [&]() -> asio::awaitable<void> {
    Endpoint endpoint = endpoint_of((*listener)->port());
    endpoint.url.tls = true;
    endpoint.tls = *TlsContext::create();
    auto opened = co_await Connection::open(endpoint, steady_now() + 20 * kMillisecond);
    EXPECT_FALSE(opened.has_value());
    if (opened) co_return;
    EXPECT_EQ(opened.error().status, Status::kConnectTimeout);
    EXPECT_NE(opened.error().message.find("handshake"), std::string::npos);
  });
  io.run();
}

TEST_F(Tls, NeedsItsSettings) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  go(io, [&]() -> asio::awaitable<void> {
    Endpoint endpoint = endpoint_of((*listener)->port());
    endpoint.url.tls = true;
    auto opened = co_await Connection::open(endpoint);
    EXPECT_FALSE(opened.has_value());
    if (opened) co_return;
    EXPECT_EQ(opened.error().status, Status::kTls);
  });
  io.run();
}

/// Carries cipher text between two sessions, `piece` bytes at a time, until both are done.
void shake(TlsSession& a, TlsSession& b, std::size_t piece) {
  auto step_a = TlsSession::Step::kWantBytes;
  auto step_b = TlsSession::Step::kWantBytes;
  for (int i = 0; i < 100'000; ++i) {
    if (step_a != TlsSession::Step::kDone) step_a = a.handshake();
    if (step_b != TlsSession::Step::kDone) step_b = b.handshake();
    ASSERT_NE(step_a, TlsSession::Step::kError) << a.error();
    ASSERT_NE(step_b, TlsSession::Step::kError) << b.error();
    std::string from_a;
    std::string from_b;
    a.drain(from_a);
    b.drain(from_b);
    for (std::size_t at = 0; at < from_a.size(); at += piece) {
      b.feed(std::string_view(from_a).substr(at, piece));
    }
    for (std::size_t at = 0; at < from_b.size(); at += piece) {
      a.feed(std::string_view(from_b).substr(at, piece));
    }
    if (step_a == TlsSession::Step::kDone && step_b == TlsSession::Step::kDone) return;
  }
  FAIL() << "the handshake does not end";
}

TEST_F(Tls, SessionsNeedNoSocket) {
  const Certificate self = make_certificate({});
  const auto client_context = TlsContext::create({.insecure = true});
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    auto client = TlsSession::client(*client_context, "h");
    auto server = TlsSession::server(server_context(self));
    EXPECT_EQ(client->version(), "");
    shake(*client, *server, piece);
    EXPECT_EQ(client->version(), "TLSv1.3");
    EXPECT_EQ(server->write("hello"), TlsSession::Step::kDone);
    std::string cipher;
    server->drain(cipher);
    char plain[16];
    std::size_t size = 0;
    for (const char byte : cipher) {
      EXPECT_EQ(client->read(plain, sizeof plain, size), TlsSession::Step::kWantBytes);
      client->feed({&byte, 1});
    }
    EXPECT_EQ(client->read(plain, 3, size), TlsSession::Step::kDone);
    EXPECT_EQ(std::string_view(plain, size), "hel");
    EXPECT_TRUE(client->pending());
    EXPECT_EQ(client->read(plain, sizeof plain, size), TlsSession::Step::kDone);
    EXPECT_EQ(std::string_view(plain, size), "lo");
    EXPECT_FALSE(client->pending());
    server->shutdown();
    cipher.clear();
    server->drain(cipher);
    client->feed(cipher);
    EXPECT_EQ(client->read(plain, sizeof plain, size), TlsSession::Step::kClosed);
  }
}

}  // namespace
}  // namespace tt::net
