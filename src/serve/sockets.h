// What server.cc, connection.cc and live_socket.cc share. Not for other files: it brings Beast.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "serve/server.h"

namespace tt::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

/// Errors come as values.
inline constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);

/// Of the io thread, but for `pool` and what `site` points to.
struct Sockets {
  Sockets(const ServerOptions& options_in, const Site& site_in, asio::io_context& pool_in)
      : options(options_in), site(site_in), pool(pool_in) {}

  const ServerOptions& options;
  const Site site;
  asio::io_context& pool;
  std::set<beast::tcp_stream*> open;  // of connections; not of WebSockets
  std::set<beast::tcp_stream*> live;  // of WebSockets
  std::size_t waiting = 0;            // for the pool
  std::size_t reply_bytes = 0;        // of answers whose callers have not read them yet
  bool stopping = false;

  std::size_t count() const { return open.size() + live.size(); }
};

inline std::chrono::nanoseconds time_of(Nanos t) { return std::chrono::nanoseconds(t); }

using RequestHead = http::request<http::buffer_body>;

/// Answers calls until the caller or we leave.
asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, Sockets& sockets);

/// Takes over a connection that asked for it.
asio::awaitable<void> serve_live(beast::tcp_stream stream, RequestHead head, Target target,
                                 Dialect dialect, Sockets& sockets);

/// So much more of something while it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count, std::size_t amount = 1) : count_(count), amount_(amount) {
    count_ += amount_;
  }
  ~Counted() { count_ -= amount_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
  const std::size_t amount_;
};

/// Runs `work` on the pool and comes back. What it throws is thrown here.
template <class Value, class Work>
asio::awaitable<Value> on_pool(Sockets& sockets, Work work) {
  const Counted counted(sockets.waiting);
  Value value = co_await asio::co_spawn(
      sockets.pool, [&work]() -> asio::awaitable<Value> { co_return work(); }, asio::use_awaitable);
  co_return value;
}

}  // namespace tt::serve
