#include "net/pool.h"

#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "net/test_io.h"

namespace tt::net {
namespace {

/// A server that accepts everything and keeps it.
struct Server {
  asio::io_context io{1};
  std::unique_ptr<Listener> listener;
  std::vector<std::unique_ptr<Connection>> accepted;

  Server() {
    listener = std::move(*Listener::open(io, "127.0.0.1", 0));
    go(io, [this]() -> asio::awaitable<void> {
      for (;;) {
        auto next = co_await listener->accept();
        if (!next) co_return;
        accepted.push_back(std::move(*next));
      }
    });
  }
  Endpoint endpoint() const { return endpoint_of(listener->port()); }
};

TEST(Pool, GivesBackTheNewestIdleConnection) {
  Server server;
  Pool pool(server.endpoint());
  go(server.io, [&]() -> asio::awaitable<void> {
    auto a = co_await pool.acquire();
    auto b = co_await pool.acquire();
    EXPECT_TRUE(a.has_value() && b.has_value());
    EXPECT_FALSE(a->reused);
    EXPECT_GE(a->times.connect, 0);
    const Connection* newest = b->connection.get();
    pool.give_back(std::move(a->connection));
    pool.give_back(std::move(b->connection));
    EXPECT_EQ(pool.idle(), 2U);
    auto c = co_await pool.acquire();
    EXPECT_EQ(c->connection.get(), newest);
    EXPECT_TRUE(c->reused);
    EXPECT_EQ(c->times.connect, -1);
    pool.clear();
    EXPECT_EQ(pool.idle(), 0U);
    server.listener->close();
  });
  server.io.run();
}

TEST(Pool, DropsStaleConnections) {
  Server server;
  Pool pool(server.endpoint());
  go(server.io, [&]() -> asio::awaitable<void> {
    auto a = co_await pool.acquire();
    Connection* connection = a->connection.get();
    EXPECT_TRUE((co_await connection->write("x")).has_value());
    while (server.accepted.empty()) co_await asio::post(server.io, asio::use_awaitable);
    server.accepted.front()->close(true);
    EXPECT_TRUE(co_await connection->wait_readable());
    pool.give_back(std::move(a->connection));
    EXPECT_EQ(pool.take(), nullptr);
    EXPECT_EQ(pool.idle(), 0U);
    auto b = co_await pool.acquire();
    EXPECT_TRUE(b.has_value());
    EXPECT_FALSE(b->reused);
    server.listener->close();
  });
  server.io.run();
}

TEST(Pool, KeepsNoneWhenToldSo) {
  Server server;
  Pool off(server.endpoint(), {.reuse = false, .max_idle = 10});
  Pool one(server.endpoint(), {.reuse = true, .max_idle = 1});
  go(server.io, [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      auto lease = co_await off.acquire();
      off.give_back(std::move(lease->connection));
      EXPECT_EQ(off.idle(), 0U);
    }
    auto a = co_await one.acquire();
    auto b = co_await one.acquire();
    one.give_back(std::move(a->connection));
    one.give_back(std::move(b->connection));
    one.give_back(nullptr);
    EXPECT_EQ(one.idle(), 1U);
    server.listener->close();
  });
  server.io.run();
}

TEST(Pool, HandsOnTheErrorOfOpening) {
  Server server;
  const Endpoint endpoint = server.endpoint();
  server.listener->close();
  Pool pool(endpoint);
  go(server.io, [&]() -> asio::awaitable<void> {
    auto lease = co_await pool.acquire();
    EXPECT_FALSE(lease.has_value());
    if (!lease) {
      EXPECT_EQ(lease.error().status, Status::kConnectRefused);
    }
  });
  server.io.run();
}

}  // namespace
}  // namespace tt::net
