#include "telemetry/page_client.h"

#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "net/http_client.h"

namespace tt::telemetry {
namespace {

namespace asio = boost::asio;
using net::net_fail;
using net::NetResult;

struct Body final : net::ResponseSink {
  void on_head(const net::ResponseHead& head) override { status = head.status; }
  void on_body(std::string_view piece) override {
    too_long = too_long || text.size() + piece.size() > PageClient::kMaxPage;
    if (!too_long) text.append(piece);
  }
  int status = 0;
  bool too_long = false;
  std::string text;
};

std::string refusal(int status) {
  switch (status) {
    case 401:
    case 403:
      return fmt::format("HTTP {}: it asks for a key", status);
    case 404:
      return "HTTP 404: there is no such page; name it with `metrics: URL`, or say `metrics: off`";
    default:
      return fmt::format("HTTP {}", status);
  }
}

}  // namespace

// One request and answer over the connection as it is.
asio::awaitable<NetResult<Page>> PageClient::ask(const std::string& request, Nanos began) {
  if (auto sent = co_await connection_->write(request); !sent) {
    co_return std::unexpected(std::move(sent.error()));
  }
  Body body;
  Page page;
  net::ResponseParser parser;
  for (;;) {
    const net::Read read = connection_->try_read(buffer_);
    if (read.kind == net::Read::Kind::kWouldBlock) {
      if (co_await connection_->wait_readable()) continue;
      co_return net_fail(Status::kTotalTimeout, "no whole answer in time");
    }
    if (read.kind == net::Read::Kind::kError) co_return std::unexpected(connection_->error());
    if (page.arrived == 0) page.arrived = read.arrived();
    const net::ParseState state = read.kind == net::Read::Kind::kClosed
                                      ? parser.finish(body)
                                      : parser.feed({buffer_.data(), read.size}, body);
    if (body.too_long) {
      co_return net_fail(Status::kMalformed,
                         fmt::format("the page is longer than {} bytes", kMaxPage));
    }
    if (state == net::ParseState::kError) {
      co_return net_fail(parser.truncated() ? Status::kTruncated : Status::kMalformed,
                         std::string(parser.error()));
    }
    if (state == net::ParseState::kDone) break;
  }
  if (!parser.keep_alive()) connection_.reset();
  if (body.status != 200) co_return net_fail(Status::kHttpClientError, refusal(body.status));
  page.took = steady_now() - began;
  page.body = std::move(body.text);
  co_return page;
}

asio::awaitable<NetResult<Page>> PageClient::try_get(const std::string& request, Nanos deadline) {
  const Nanos began = steady_now();
  if (connection_ != nullptr && !connection_->usable()) connection_.reset();
  if (connection_ == nullptr) {
    auto opened = co_await net::Connection::open(address_.endpoint, deadline);
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    connection_ = std::move(opened->connection);
  }
  // The watchdog ends whatever waits; the connection outlives it, since it is cancelled first.
  asio::steady_timer watchdog(co_await asio::this_coro::executor);
  watchdog.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(deadline)));
  watchdog.async_wait([this](const boost::system::error_code& error) {
    if (!error && connection_ != nullptr) connection_->cancel();
  });
  auto page = co_await ask(request, began);
  watchdog.cancel();
  if (!page) connection_.reset();
  co_return page;
}

asio::awaitable<NetResult<Page>> PageClient::get(Nanos timeout) {
  const Nanos deadline = steady_now() + timeout;
  const auto request =
      net::format_request("GET",
                          net::Url{address_.endpoint.url.tls, address_.endpoint.url.host,
                                   address_.endpoint.url.port, ""},
                          address_.path, address_.headers, "");
  if (!request) co_return net_fail(Status::kMalformed, request.error().message);
  const bool kept = connection_ != nullptr;
  auto page = co_await try_get(*request, deadline);
  // A kept connection may be closed by the server in the moment of asking.
  const bool again =
      !page && kept && page.error().status == Status::kTruncated && steady_now() < deadline;
  if (again) page = co_await try_get(*request, deadline);
  co_return page;
}

}  // namespace tt::telemetry
