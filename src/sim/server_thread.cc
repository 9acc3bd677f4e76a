#include <future>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "sim/server.h"

namespace tt::sim {

namespace asio = boost::asio;

struct ServerThread::Impl {
  asio::io_context context{1};
  std::unique_ptr<Server> server;
  std::thread thread;
  ServerStats last;  // after stop()
};

Result<std::unique_ptr<ServerThread>> ServerThread::start(ServerOptions options) {
  auto impl = std::make_unique<Impl>();
  auto server = Server::start(impl->context, std::move(options));
  if (!server) return std::unexpected(server.error());
  impl->server = std::move(*server);
  impl->thread = std::thread([context = &impl->context] { context->run(); });
  return std::unique_ptr<ServerThread>(new ServerThread(std::move(impl)));
}

ServerThread::ServerThread(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ServerThread::~ServerThread() { (void)stop(); }

std::uint16_t ServerThread::port() const { return impl_->server->port(); }

std::string ServerThread::url() const {
  const std::string& address = impl_->server->options().address;
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", address, v6 ? "]" : "", port());
}

ServerStats ServerThread::stats() {
  if (!impl_->thread.joinable()) return impl_->last;
  std::promise<ServerStats> promise;
  auto answer = promise.get_future();
  asio::post(impl_->context, [&] { promise.set_value(impl_->server->stats()); });
  return answer.get();
}

Result<void> ServerThread::stop() {
  if (!impl_->thread.joinable()) return {};
  Result<void> result;
  asio::post(impl_->context, [&] { result = impl_->server->stop(); });
  impl_->thread.join();
  impl_->last = impl_->server->stats();
  return result;
}

}  // namespace tt::sim
