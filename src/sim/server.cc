#include "sim/server.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "net/listener.h"
#include "sim/core.h"
#include "sim/session.h"

namespace tt::sim {
namespace {

namespace asio = boost::asio;

/// The listener is shared with whoever stops it.
asio::awaitable<void> accept_all(std::shared_ptr<Core> core,
                                 std::shared_ptr<net::Listener> listener) {
  for (;;) {
    auto connection = co_await listener->accept();
    if (core->stopped()) co_return;
    if (!connection) {
      if (connection.error().status == Status::kCancelled) co_return;
      // Out of descriptors, most likely: let others end before the next try.
      asio::steady_timer pause(core->context(), std::chrono::milliseconds(20));
      boost::system::error_code ec;
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
      continue;
    }
    if (!core->loaded() && core->habit().loading == Habits::Loading::kRefuses) {
      (*connection)->close(true);
      continue;
    }
    const auto session = std::make_shared<Session>(core, std::move(*connection));
    asio::co_spawn(core->context(), session->run(), asio::detached);
  }
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<Core> core;
  std::shared_ptr<net::Listener> listener;
};

Result<std::unique_ptr<Server>> Server::start(asio::io_context& context, ServerOptions options) {
  if (options.models.empty()) options.models = {options.profile.model};
  std::unique_ptr<TruthWriter> truth;
  if (!options.truth_path.empty()) {
    auto opened = TruthWriter::open(options.truth_path);
    if (!opened) return std::unexpected(opened.error());
    truth = std::move(*opened);
  }
  auto listener = net::Listener::open(context, options.address, options.port);
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_unique<Impl>();
  impl->core = std::make_shared<Core>(context, std::move(options), std::move(truth));
  impl->listener = std::move(*listener);
  asio::co_spawn(context, accept_all(impl->core, impl->listener), asio::detached);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { (void)stop(); }

std::uint16_t Server::port() const { return impl_->listener->port(); }

const ServerOptions& Server::options() const { return impl_->core->options(); }

ServerStats Server::stats() const {
  ServerStats stats = impl_->core->stats();
  stats.connections = impl_->core->sessions();
  stats.load = impl_->core->model().load();
  return stats;
}

Result<void> Server::stop() {
  impl_->listener->close();
  impl_->core->stop();
  TruthWriter* truth = impl_->core->truth();
  return truth != nullptr ? truth->flush() : Result<void>{};
}

}  // namespace tt::sim
