// For tests: serves pages over real sockets from a thread of its own, kept connections and all.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "net/http_server.h"
#include "net/listener.h"

namespace tt::telemetry {

class TestPageServer {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    bool keep_alive = true;
    bool silent = false;  // no answer at all: the client has to give up
  };
  using Serve = std::function<Answer(const net::ParsedRequest&)>;

  explicit TestPageServer(Serve serve) : serve_(std::move(serve)) {
    listener_ = std::move(*net::Listener::open(context_, "127.0.0.1", 0));
    boost::asio::co_spawn(context_, accept(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~TestPageServer() {
    boost::asio::post(context_, [this] { context_.stop(); });
    thread_.join();
  }
  TestPageServer(const TestPageServer&) = delete;
  TestPageServer& operator=(const TestPageServer&) = delete;

  std::uint16_t port() const { return listener_->port(); }
  net::Endpoint endpoint() const {
    return {.url = net::Url{false, "127.0.0.1", port(), ""}, .tls = nullptr, .addresses = {}};
  }
  int connections() const { return connections_; }
  std::vector<net::ParsedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<void> accept() {
    for (;;) {
      auto connection = co_await listener_->accept();
      if (!connection) co_return;
      ++connections_;
      open_.push_back(std::move(*connection));
      boost::asio::co_spawn(context_, serve_on(*open_.back()), boost::asio::detached);
    }
  }

  Awaitable<void> serve_on(net::Connection& connection) {
    net::RequestParser parser;
    std::vector<char> buffer(16 * 1024);
    for (;;) {
      const net::Read read = connection.try_read(buffer);
      if (read.kind == net::Read::Kind::kWouldBlock) {
        if (co_await connection.wait_readable()) continue;
        co_return;
      }
      if (read.kind != net::Read::Kind::kData) co_return connection.close();
      if (parser.feed({buffer.data(), read.size}) != net::ParseState::kDone) continue;
      const Answer answer = serve_(parser.request());
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(parser.request());
      }
      parser.reset();
      if (answer.silent) continue;
      std::string bytes;
      net::append_response_head(bytes, answer.status, "text/plain; version=0.0.4",
                                net::BodyFraming::of_length(answer.body.size()), {},
                                answer.keep_alive);
      bytes += answer.body;
      if (!co_await connection.write(bytes)) co_return;
      if (!answer.keep_alive) co_return connection.close();
    }
  }

  boost::asio::io_context context_{1};
  Serve serve_;
  std::unique_ptr<net::Listener> listener_;
  std::vector<std::unique_ptr<net::Connection>> open_;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<net::ParsedRequest> requests_;
  std::thread thread_;
};

}  // namespace tt::telemetry
