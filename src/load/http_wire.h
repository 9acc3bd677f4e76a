// The real wire: HTTP over sockets. One for each target and worker; lives on the worker's loop.
#pragma once

#include <memory>
#include <vector>

#include "load/lag_meter.h"
#include "load/player.h"
#include "net/pool.h"

namespace tt::load {

struct HttpWireOptions {
  net::Endpoint endpoint;
  engine::Framing framing = engine::Framing::kSse;
  bool reuse_connections = true;
  Nanos connect_timeout = 0;  // 0: none
  Nanos epoch = 0;            // steady_now() at the run's start: rows count from it
};

class HttpWire final : public Wire {
 public:
  /// `outbox`, `lags` and `context` must outlive the wire.
  HttpWire(boost::asio::io_context& context, HttpWireOptions options, Outbox& outbox,
           LagMeter& lags);
  ~HttpWire() override;

  /// Who hears of ends, from now on.
  void attach(Player* player) { player_ = player; }
  /// Called after each end, on the loop: the time to send the next request.
  std::function<void()> on_ended;

  /// Closes the kept connections that nobody uses.
  void close_idle() { pool_.clear(); }

  void start(Flight& flight) override;
  void abort(Flight& flight) override;

 private:
  boost::asio::awaitable<void> fly(Flight& flight);
  boost::asio::awaitable<bool> board(Ride& ride);
  boost::asio::awaitable<void> receive(Ride& ride);
  bool take_read(Ride& ride, const net::Read& read);
  void land(Flight& flight);

  boost::asio::io_context& context_;
  HttpWireOptions options_;
  net::Pool pool_;
  Outbox& outbox_;
  LagMeter& lags_;
  Player* player_ = nullptr;
  std::vector<char> buffer_;  // of every read: what is read is taken up before the next read
};

}  // namespace tt::load
