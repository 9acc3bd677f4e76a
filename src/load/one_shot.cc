#include "load/one_shot.h"

#include <chrono>
#include <exception>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "load/decode.h"
#include "load/http_wire.h"
#include "load/pacer.h"
#include "load/player.h"

namespace tt::load {
namespace {

namespace asio = boost::asio;

// Reads everything at once, on the spot.
class SingleRow final : public Outbox {
 public:
  void post(Parcel parcel) override {
    if (parcel.tape) read_tape(*parcel.flight, *parcel.tape);
    if (!parcel.owned) return;
    if (parcel.owned->tape) read_tape(*parcel.owned, *parcel.owned->tape);
    finish_row(*parcel.owned);
    row = std::move(parcel.owned->row);
  }
  record::Row row;
};

}  // namespace

record::Row ask_once(const LoadTarget& target, const engine::Prompt& prompt,
                     std::uint32_t max_tokens, Nanos timeout,
                     const std::function<bool()>& stopped) try {
  const Nanos epoch = steady_now();
  asio::io_context context(1);
  SingleRow outbox;
  outbox.row.status = Status::kCancelled;  // as it stays where it is stopped before it began
  outbox.row.error = "stopped by the user";
  LagMeter lags;
  HttpWireOptions options;
  options.endpoint = {.url = target.url, .tls = target.tls, .addresses = {}};
  options.framing = target.protocol->framing();
  options.reuse_connections = false;
  options.connect_timeout = timeout;
  options.epoch = epoch;
  HttpWire wire(context, std::move(options), outbox, lags);

  const auto make = [&](std::uint64_t) {
    engine::GenerateRequest ask;
    ask.model = target.model;
    ask.prompt = &prompt;
    ask.max_tokens = max_tokens;
    ask.temperature = 0.0;
    ask.extra_body = target.extra_body;
    return make_flight(target, ask, "probe", false);
  };
  const plan::Timeouts timeouts{
      .connect = timeout, .first_token = timeout, .gap = timeout, .total = timeout};
  Breaker breaker;
  Player player(make_closed_pacer({.count = 1}, {}, 1, 0, 0), make, timeouts, breaker, wire, outbox,
                0, 0);
  wire.attach(&player);

  asio::steady_timer timer(context);
  std::function<void()> turn = [&] {
    const Nanos now = steady_now() - epoch;
    if (stopped && stopped()) player.stop(StopMode::kAbort);
    player.tick(now);
    if (player.done(now)) return;
    timer.expires_after(std::chrono::milliseconds(20));
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) turn();
    });
  };
  wire.on_ended = [&] { timer.cancel(); };
  turn();
  context.run();
  return outbox.row;
} catch (const std::exception& thrown) {  // a loop wants open files of its own
  record::Row row;
  row.status = Status::kClientLimit;
  row.error = std::string("the system refuses what a connection needs: ") + thrown.what() +
              "; see ulimit -n";
  return row;
}

}  // namespace tt::load
