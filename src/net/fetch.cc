#include "net/fetch.h"

#include <chrono>
#include <exception>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/http_client.h"

namespace tt::net {
namespace {

// How often a blocking fetch looks whether it shall stop.
constexpr std::chrono::milliseconds kLook{20};

std::unexpected<NetError> stopped_by_user() {
  return net_fail(Status::kCancelled, "stopped by the user");
}

struct Body final : ResponseSink {
  explicit Body(std::size_t limit) : max(limit) {}
  void on_head(const ResponseHead& head) override {
    reply.status = head.status;
    reply.headers = head.headers;
  }
  void on_body(std::string_view piece) override {
    if (reply.body.size() + piece.size() > max) {
      too_long = true;
    } else {
      reply.body.append(piece);
    }
  }
  std::size_t max;
  bool too_long = false;
  FetchReply reply;
};

// Reads until the answer is whole.
asio::awaitable<NetResult<void>> read_answer(Connection& connection, Nanos sent, Body& body) {
  ResponseParser parser;
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    const Read read = connection.try_read(buffer);
    if (read.kind == Read::Kind::kWouldBlock) {
      if (co_await connection.wait_readable()) continue;
      co_return net_fail(Status::kTotalTimeout,
                         "no whole answer in time from " + connection.peer() +
                             "; is it an engine, and has it finished loading?");
    }
    if (read.kind == Read::Kind::kError) co_return std::unexpected(connection.error());
    if (body.reply.first_byte < 0) body.reply.first_byte = read.arrived() - sent;
    const ParseState state = read.kind == Read::Kind::kClosed
                                 ? parser.finish(body)
                                 : parser.feed({buffer.data(), read.size}, body);
    if (body.too_long) co_return net_fail(Status::kMalformed, "the answer is too long");
    if (state == ParseState::kDone) co_return NetResult<void>{};
    if (state == ParseState::kError) {
      co_return net_fail(parser.truncated() ? Status::kTruncated : Status::kMalformed,
                         std::string(parser.error()));
    }
  }
}

}  // namespace

asio::awaitable<NetResult<FetchReply>> fetch(const Endpoint& endpoint, FetchRequest request) {
  const Nanos began = steady_now();
  const Nanos deadline = request.timeout > 0 ? began + request.timeout : kNever;
  const auto bytes = format_request(request.method, endpoint.url, request.path, request.headers,
                                    request.body, false);
  if (!bytes) co_return net_fail(Status::kMalformed, bytes.error().message);
  auto opened = co_await Connection::open(endpoint, deadline);
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  Connection& connection = *opened->connection;

  // The watchdog closes the connection, which ends whatever waits on it.
  asio::steady_timer watchdog(co_await asio::this_coro::executor);
  if (deadline != kNever) {
    watchdog.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(deadline)));
    watchdog.async_wait([&connection](const boost::system::error_code& error) {
      if (!error) connection.cancel();
    });
  }
  Body body(request.max_body);
  body.reply.connect = opened->times;
  const Nanos sent = steady_now();
  NetResult<void> done = co_await connection.write(*bytes);
  if (done) done = co_await read_answer(connection, sent, body);
  watchdog.cancel();
  if (!done) {
    // A TLS server hangs up on plain text, or sends an alert, which is no HTTP.
    const Status status = done.error().status;
    const bool no_http = status == Status::kTruncated || status == Status::kMalformed;
    if (no_http && body.reply.status == 0 && !endpoint.url.tls) {
      done.error().message += "; is it still starting, or an https:// server?";
    }
    co_return std::unexpected(std::move(done.error()));
  }
  body.reply.total = steady_now() - began;
  co_return std::move(body.reply);
}

NetResult<FetchReply> fetch_now(const Endpoint& endpoint, const FetchRequest& request,
                                const std::function<bool()>& stopped) try {
  if (stopped && stopped()) return stopped_by_user();
  asio::io_context context(1);
  asio::steady_timer look(context);
  asio::cancellation_signal stop;
  bool cancelled = false;
  std::optional<NetResult<FetchReply>> result;
  const auto take = [&](const std::exception_ptr& thrown, NetResult<FetchReply> reply) {
    look.cancel();
    result = std::move(reply);
    if (thrown) result = net_fail(Status::kConnectFailed, "the request failed");
    if (cancelled) result = stopped_by_user();
  };
  asio::co_spawn(context, fetch(endpoint, request),
                 asio::bind_cancellation_slot(stop.slot(), take));
  const std::function<void()> watch = [&] {
    look.expires_after(kLook);
    look.async_wait([&](const boost::system::error_code& error) {
      if (error || result) return;
      cancelled = stopped();
      if (!cancelled) return watch();
      stop.emit(asio::cancellation_type::terminal);
    });
  };
  if (stopped) watch();
  context.run();
  return std::move(*result);
} catch (const std::exception& thrown) {  // a loop wants open files of its own
  return net_fail(Status::kClientLimit,
                  std::string("the system refuses what a connection needs: ") + thrown.what() +
                      "; see ulimit -n");
}

}  // namespace tt::net
