#include "serve/server.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "serve/sockets.h"

namespace tt::serve {
namespace {

using asio::ip::tcp;

constexpr auto kPause = std::chrono::milliseconds(100);  // after an accept that failed
constexpr auto kGoodbye = std::chrono::seconds(2);
constexpr int kNice = 10;

// What is computed for a page must not take time from a load that is being played. On Linux a
// thread has a priority of its own, and gives it to those that it starts.
void step_back() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice); }

// More sockets than we take: they are told so, and not kept waiting.
void refuse(tcp::socket socket) {
  static const std::string kBody =
      reply_of(Problem{.status = 503,
                       .code = "too_many_sockets",
                       .message = "too many connections are open",
                       .remedy = "Close some tabs, or try again in a moment."})
          .body;
  static const std::string kFull = fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 5\r\n"
      "Connection: close\r\nContent-Length: {}\r\n\r\n{}",
      kBody.size(), kBody);
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(kFull), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

struct Server::Impl {
  explicit Impl(const ServerOptions& options_in) : options(options_in), acceptor(io) {}

  asio::awaitable<void> accept_all();
  asio::awaitable<void> say_goodbye();

  ServerOptions options;
  std::unique_ptr<Sockets> sockets;  // outlives the coroutines, which go with their io_context
  asio::io_context io{1};
  asio::io_context pool;
  asio::executor_work_guard<asio::io_context::executor_type> keep_pool{pool.get_executor()};
  tcp::acceptor acceptor;
  std::vector<std::thread> threads;
  bool stopped = false;
};

asio::awaitable<void> Server::Impl::accept_all() {
  while (acceptor.is_open()) {
    auto [failed, socket] = co_await acceptor.async_accept(kQuiet);
    if (failed == asio::error::operation_aborted) co_return;
    if (failed) {  // out of files: others must close theirs first
      asio::steady_timer pause(io, kPause);
      co_await pause.async_wait(kQuiet);
      continue;
    }
    if (sockets->count() >= options.sockets) {
      ++sockets->site.meter.refused_sockets;
      refuse(std::move(socket));
      continue;
    }
    asio::co_spawn(io, serve_connection(std::move(socket), *sockets), asio::detached);
  }
}

// Idle connections are cut, those with an answer under way may end it.
asio::awaitable<void> Server::Impl::say_goodbye() {
  boost::system::error_code ignored;
  acceptor.close(ignored);
  sockets->stopping = true;
  sockets->site.hub.close();
  for (auto* stream : sockets->open)
    stream->socket().shutdown(tcp::socket::shutdown_receive, ignored);
  asio::steady_timer pause(io);
  const auto until = std::chrono::steady_clock::now() + kGoodbye;
  while (sockets->count() > 0 && std::chrono::steady_clock::now() < until) {
    pause.expires_after(std::chrono::milliseconds(5));
    co_await pause.async_wait(kQuiet);
  }
  for (const auto* all : {&sockets->open, &sockets->live}) {
    for (auto* stream : *all) stream->socket().close(ignored);
  }
  io.stop();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::bind(const ServerOptions& options) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is not an IP address; 0.0.0.0 stands for all of this machine's",
                            options.address));
  }
  auto impl = std::make_unique<Impl>(options);
  const tcp::endpoint place(address, options.port);
  impl->acceptor.open(place.protocol(), ec);
  if (!ec) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) impl->acceptor.bind(place, ec);
  if (!ec) impl->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("cannot listen there: {}; --port 0 takes any port that is free", ec.message()),
        fmt::format("{}:{}", options.address, options.port));
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void Server::start(const Site& site) {
  impl_->sockets = std::make_unique<Sockets>(impl_->options, site, impl_->pool);
  asio::co_spawn(impl_->io, impl_->accept_all(), asio::detached);
  impl_->threads.emplace_back([this] { impl_->io.run(); });
  for (unsigned i = 0; i < std::max(1U, impl_->options.pool_threads); ++i) {
    impl_->threads.emplace_back([this] {
      step_back();
      impl_->pool.run();
    });
  }
}

void Server::stop() {
  if (impl_->stopped || impl_->threads.empty()) return;
  impl_->stopped = true;
  asio::co_spawn(impl_->io, impl_->say_goodbye(), asio::detached);
  impl_->threads.front().join();
  impl_->pool.stop();
  for (std::size_t i = 1; i < impl_->threads.size(); ++i) impl_->threads[i].join();
}

}  // namespace tt::serve
