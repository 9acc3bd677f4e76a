#include "net/pool.h"

#include <utility>

namespace tt::net {

std::unique_ptr<Connection> Pool::take() {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->usable()) return connection;
  }
  return nullptr;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (!options_.reuse || connection == nullptr || !connection->is_open()) return;
  if (idle_.size() < options_.max_idle) idle_.push_back(std::move(connection));
}

asio::awaitable<NetResult<Pool::Lease>> Pool::acquire(Nanos deadline) {
  Lease lease;
  lease.connection = take();
  lease.reused = lease.connection != nullptr;
  if (!lease.reused) {
    auto opened = co_await Connection::open(endpoint_, deadline);
    if (!opened) co_return std::unexpected(opened.error());
    lease.connection = std::move(opened->connection);
    lease.times = opened->times;
  }
  co_return std::move(lease);
}

}  // namespace tt::net
