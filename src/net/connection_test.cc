#include "net/connection.h"

#include <chrono>
#include <optional>

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/receive_stamp.h"
#include "net/test_io.h"

namespace tt::net {
namespace {

TEST(Connection, CarriesBytesBothWaysWithStamps) {
  Pair p;
  EXPECT_GE(p.times.connect, 0);
  EXPECT_EQ(p.times.dns, -1);
  EXPECT_EQ(p.times.tls, -1);
  const StampKeeper keeper;
  int stamped = 0;
  constexpr int kRounds = 20;
  go(p.io, [&]() -> asio::awaitable<void> {
    for (int i = 0; i < kRounds; ++i) {
      const Nanos before = steady_now();
      EXPECT_TRUE((co_await p.server->write("token")).has_value());
      char buffer[64];
      EXPECT_TRUE(co_await p.client->wait_readable());
      const Read r = p.client->try_read(buffer);
      EXPECT_EQ(r.kind, Read::Kind::kData);
      EXPECT_EQ(std::string_view(buffer, r.size), "token");
      EXPECT_LE(r.read_at, steady_now());
      EXPECT_GE(r.read_at, before);
      if (r.stamp == kNever) continue;
      ++stamped;
      EXPECT_LE(r.stamp, r.read_at);
      EXPECT_GE(r.stamp, before - 10 * kMicrosecond);
      EXPECT_EQ(r.arrived(), r.stamp);
    }
    EXPECT_TRUE((co_await p.client->write("back")).has_value());
    const std::string got = co_await read_some(*p.server, 4);
    EXPECT_EQ(got, "back");
  });
  p.run();
  EXPECT_EQ(stamped, keeper.stamping() ? kRounds : 0);
}

TEST(Connection, AfterAShortReadSaysWouldBlockWithoutAsking) {
  Pair p;
  go(p.io, [&]() -> asio::awaitable<void> {
    EXPECT_EQ(p.server->try_write("abc"), 3);
    char buffer[2];
    EXPECT_TRUE(co_await p.client->wait_readable());
    EXPECT_EQ(p.client->try_read(buffer).size, 2U);  // full: there may be more
    EXPECT_EQ(p.client->try_read(buffer).size, 1U);  // short: drained
    EXPECT_EQ(p.client->try_read(buffer).kind, Read::Kind::kWouldBlock);
    EXPECT_EQ(p.client->try_read({}).kind, Read::Kind::kWouldBlock);
    EXPECT_EQ(p.server->try_write("d"), 1);
    EXPECT_TRUE(co_await p.client->wait_readable());
    EXPECT_EQ(p.client->try_read(buffer).size, 1U);
  });
  p.run();
}

TEST(Connection, SeesTheOrderlyEnd) {
  Pair p;
  go(p.io, [&]() -> asio::awaitable<void> {
    EXPECT_EQ(p.server->try_write("last"), 4);
    p.server->close();
    const std::string got = co_await read_some(*p.client, 100);
    EXPECT_EQ(got, "last");
    char buffer[8];
    EXPECT_EQ(p.client->try_read(buffer).kind, Read::Kind::kClosed);
  });
  p.run();
}

TEST(Connection, SeesAReset) {
  Pair p;
  go(p.io, [&]() -> asio::awaitable<void> {
    p.server->close(true);
    EXPECT_TRUE(co_await p.client->wait_readable());
    char buffer[8];
    EXPECT_EQ(p.client->try_read(buffer).kind, Read::Kind::kError);
    EXPECT_EQ(p.client->error().status, Status::kTruncated);
    EXPECT_NE(p.client->error().message.find("127.0.0.1:"), std::string::npos);
    EXPECT_LT(p.client->try_write("x"), 0);
  });
  p.run();
}

TEST(Connection, CloseFromATimerEndsTheWait) {
  Pair p;
  std::optional<bool> ready;
  go(p.io, [&]() -> asio::awaitable<void> {
    ready = co_await p.client->wait_readable();
    char buffer[8];
    EXPECT_EQ(p.client->try_read(buffer).kind, Read::Kind::kError);
    EXPECT_EQ(p.client->error().status, Status::kCancelled);
    EXPECT_FALSE(co_await p.client->wait_readable());
    EXPECT_FALSE(co_await p.client->wait_writable());
    EXPECT_EQ(p.client->try_write("x"), -1);
  });
  asio::steady_timer timer(p.io, std::chrono::seconds(0));
  timer.async_wait([&](const boost::system::error_code&) { p.client->close(); });
  p.run();
  EXPECT_EQ(ready, false);
  EXPECT_FALSE(p.client->is_open());
}

TEST(Connection, CancelEndsTheWaitAndKeepsTheConnection) {
  Pair p;
  go(p.io, [&]() -> asio::awaitable<void> {
    EXPECT_FALSE(co_await p.client->wait_readable());
    EXPECT_EQ(p.server->try_write("still"), 5);
    const std::string got = co_await read_some(*p.client, 5);
    EXPECT_EQ(got, "still");
  });
  go(p.io, [&]() -> asio::awaitable<void> {
    p.client->cancel();
    co_return;
  });
  p.run();
}

TEST(Connection, WritesMoreThanTheSocketHolds) {
  Pair p;
  const std::string large(16u << 20, 'x');
  std::size_t got = 0;
  go(p.io, [&]() -> asio::awaitable<void> {
    EXPECT_TRUE((co_await p.client->write(large)).has_value());
    p.client->close();
  });
  go(p.io, [&]() -> asio::awaitable<void> {
    got = (co_await read_some(*p.server, large.size() + 1)).size();
  });
  p.run();
  EXPECT_EQ(got, large.size());
}

TEST(Connection, WriteThatWaitsCanBeCancelled) {
  Pair p;
  const std::string large(64u << 20, 'x');
  go(p.io, [&]() -> asio::awaitable<void> {
    auto written = co_await p.client->write(large);
    EXPECT_FALSE(written.has_value());
    if (!written) {
      EXPECT_EQ(written.error().status, Status::kCancelled);
    }
  });
  go(p.io, [&]() -> asio::awaitable<void> {
    p.client->cancel();
    co_return;
  });
  p.run();
}

TEST(Connection, RefusedSaysSo) {
  asio::io_context io{1};
  std::uint16_t port = 0;
  {
    auto listener = Listener::open(io, "127.0.0.1", 0);
    ASSERT_TRUE(listener.has_value());
    port = (*listener)->port();
  }
  go(io, [&]() -> asio::awaitable<void> {
    const Endpoint endpoint = endpoint_of(port);
    auto opened = co_await Connection::open(endpoint, steady_now() + 10 * kSecond);
    EXPECT_FALSE(opened.has_value());
    if (opened) co_return;
    EXPECT_EQ(opened.error().status, Status::kConnectRefused);
    EXPECT_NE(opened.error().message.find("127.0.0.1:" + std::to_string(port)), std::string::npos);
  });
  io.run();
}

TEST(Connection, UnknownNameIsADnsFailure) {
  asio::io_context io{1};
  go(io, [&]() -> asio::awaitable<void> {
    const Endpoint endpoint = endpoint_of(80, "no-such-host.invalid");
    auto opened = co_await Connection::open(endpoint);
    EXPECT_FALSE(opened.has_value());
    if (opened) co_return;
    EXPECT_EQ(opened.error().status, Status::kDns);
    EXPECT_NE(opened.error().message.find("no-such-host.invalid"), std::string::npos);
  });
  io.run();
}

TEST(Connection, ResolvesNamesAndTakesTheTime) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  ASSERT_TRUE(listener.has_value());
  go(io, [&]() -> asio::awaitable<void> {
    // localhost may come as ::1 first, where nobody listens: the next address is tried.
    const Endpoint endpoint = endpoint_of((*listener)->port(), "localhost");
    auto opened = co_await Connection::open(endpoint, steady_now() + 60 * kSecond);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
    if (opened) {
      EXPECT_GE(opened->times.dns, 0);
    }
  });
  io.run();
}

TEST(Connection, ResolvedEndpointsAreNotLookedUp) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  ASSERT_TRUE(listener.has_value());
  go(io, [&]() -> asio::awaitable<void> {
    auto addresses = co_await resolve("127.0.0.1", (*listener)->port());
    EXPECT_TRUE(addresses.has_value());
    if (!addresses) co_return;
    Endpoint endpoint = endpoint_of((*listener)->port(), "no-such-host.invalid");
    endpoint.addresses = *addresses;
    auto opened = co_await Connection::open(endpoint);
    EXPECT_TRUE(opened.has_value());
    if (opened) {
      EXPECT_EQ(opened->times.dns, -1);
    }
  });
  io.run();
}

TEST(Connection, AFullBacklogRunsIntoTheDeadline) {
  asio::io_context io{1};
  // A listener that never accepts, its queue filled: further SYNs stay unanswered.
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(fd, 0), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::uint16_t port = ntohs(address.sin_port);
  int timeouts = 0;
  std::vector<std::unique_ptr<Connection>> held;
  go(io, [&]() -> asio::awaitable<void> {
    const Endpoint endpoint = endpoint_of(port);
    for (int i = 0; i < 3; ++i) {
      auto opened = co_await Connection::open(endpoint, steady_now() + 20 * kMillisecond);
      if (opened) {
        held.push_back(std::move(opened->connection));
      } else {
        EXPECT_EQ(opened.error().status, Status::kConnectTimeout) << opened.error().message;
        ++timeouts;
      }
    }
  });
  io.run();
  EXPECT_GT(timeouts, 0);
  ::close(fd);
}

TEST(Connection, SpeaksIpv6WhereThereIsOne) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "::1", 0);
  if (!listener) GTEST_SKIP() << "no IPv6 here";
  go(io, [&]() -> asio::awaitable<void> {
    const Endpoint endpoint = endpoint_of((*listener)->port(), "::1");
    auto opened = co_await Connection::open(endpoint);
    EXPECT_TRUE(opened.has_value());
    if (!opened) co_return;
    EXPECT_TRUE(opened->connection->peer().starts_with("[::1]:"));
  });
  io.run();
}

TEST(Connection, UsableTellsStaleFromIdle) {
  Pair p;
  EXPECT_TRUE(p.client->usable());
  go(p.io, [&]() -> asio::awaitable<void> {
    EXPECT_EQ(p.server->try_write("unasked"), 7);
    EXPECT_TRUE(co_await p.client->wait_readable());
    EXPECT_FALSE(p.client->usable());
    const std::string got = co_await read_some(*p.client, 7);
    EXPECT_EQ(got, "unasked");
    EXPECT_TRUE(p.client->usable());
    p.server->close();
    EXPECT_TRUE(co_await p.client->wait_readable());
    EXPECT_FALSE(p.client->usable());
    p.client->close();
    EXPECT_FALSE(p.client->usable());
  });
  p.run();
}

TEST(Listener, ErrorsSayWhatToDo) {
  asio::io_context io{1};
  auto first = Listener::open(io, "127.0.0.1", 0);
  ASSERT_TRUE(first.has_value());
  auto second = Listener::open(io, "127.0.0.1", (*first)->port());
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().message.find("another port"), std::string::npos);
  EXPECT_FALSE(Listener::open(io, "localhost", 0).has_value());
}

TEST(Listener, CloseEndsAccept) {
  asio::io_context io{1};
  auto listener = Listener::open(io, "127.0.0.1", 0);
  ASSERT_TRUE(listener.has_value());
  std::optional<Status> status;
  go(io, [&]() -> asio::awaitable<void> {
    auto accepted = co_await (*listener)->accept();
    if (!accepted) status = accepted.error().status;
    auto again = co_await (*listener)->accept();
    EXPECT_FALSE(again.has_value());
  });
  go(io, [&]() -> asio::awaitable<void> {
    (*listener)->close();
    co_return;
  });
  io.run();
  EXPECT_EQ(status, Status::kCancelled);
}

TEST(Address, ReadsAsPeopleWriteIt) { EXPECT_EQ(Address{}.text(), "unknown address"); }

}  // namespace
}  // namespace tt::net
