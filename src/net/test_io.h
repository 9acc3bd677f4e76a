// Inside src/net's tests: runs coroutines of one test in one io_context, and a connected pair.
#pragma once

#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "net/connection.h"
#include "net/listener.h"

namespace tt::net {

/// Starts a coroutine (a callable that returns awaitable<void>). What it throws fails the test.
template <class F>
void go(asio::io_context& io, F coroutine) {
  asio::co_spawn(io, std::move(coroutine), [](std::exception_ptr trouble) {
    if (trouble) std::rethrow_exception(trouble);
  });
}

inline Endpoint endpoint_of(std::uint16_t port, const std::string& host = "127.0.0.1") {
  return Endpoint{.url = Url{false, host, port, ""}, .tls = nullptr, .addresses = {}};
}

/// Reads until the peer closes, or `enough` bytes are there.
inline asio::awaitable<std::string> read_some(Connection& connection, std::size_t enough) {
  std::string all;
  char buffer[4096];
  while (all.size() < enough) {
    const Read r = connection.try_read(buffer);
    if (r.kind == Read::Kind::kData) {
      all.append(buffer, r.size);
    } else if (r.kind != Read::Kind::kWouldBlock) {
      break;
    } else if (!co_await connection.wait_readable()) {
      break;
    }
  }
  co_return all;
}

/// Both ends of a loopback connection in one io_context.
struct Pair {
  asio::io_context io{1};
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Connection> client;
  std::unique_ptr<Connection> server;
  ConnectTimes times;

  Pair() {
    auto opened = Listener::open(io, "127.0.0.1", 0);
    if (!opened) throw std::runtime_error(opened.error().text());
    listener = std::move(*opened);
    go(io, [this]() -> asio::awaitable<void> {
      const Endpoint endpoint = endpoint_of(listener->port());
      auto dialled = co_await Connection::open(endpoint);
      if (!dialled) throw std::runtime_error(dialled.error().message);
      client = std::move(dialled->connection);
      times = dialled->times;
    });
    go(io, [this]() -> asio::awaitable<void> {
      auto accepted = co_await listener->accept();
      if (!accepted) throw std::runtime_error(accepted.error().message);
      server = std::move(*accepted);
    });
    run();
  }
  void run() {
    io.restart();
    io.run();
  }
};

}  // namespace tt::net
