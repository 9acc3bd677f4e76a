#include "load/http_wire.h"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "load/decode.h"
#include "net/framing.h"
#include "net/http_client.h"

namespace tt::load {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBuffer = 256 * 1024;
// A place for which the client had no file or port: without a rest a closed loop would try
// thousands of times a second.
constexpr std::chrono::milliseconds kRestAfterLimit{100};

}  // namespace

// A flight under way: its connection and the state of its answer.
struct Ride final : public net::ResponseSink {
  Ride(Flight& f, Outbox& box, engine::Framing framing) : flight(f), outbox(box) {
    ndjson = framing == engine::Framing::kNdjson;
  }

  void on_head(const net::ResponseHead& head) override {
    flight.row.http_code = static_cast<std::uint16_t>(head.status);
  }

  void on_body(std::string_view piece) override {
    if (flight.row.http_code != 200) {
      const std::size_t room = Flight::kErrorBodyLimit - flight.error_body.size();
      flight.error_body.append(piece.substr(0, room));
      return;
    }
    const auto take = [this](std::string_view payload) { on_event(payload); };
    const bool good = ndjson ? lines.feed(piece, take) : events.feed(piece, take);
    if (!good) oversized = true;
  }

  // The hot path: once the first token is in, stamp and append.
  void on_event(std::string_view payload) {
    if (left) return;
    if (!flight.first_token_seen() || flight.leave_tokens > 0) {
      tokens += read_event(flight, at, payload);
      left = flight.leave_tokens > 0 && tokens >= flight.leave_tokens;
      return;
    }
    if (!flight.tape) flight.tape = outbox.fresh_tape();
    flight.tape->append(at, payload);
    if (flight.tape->full()) outbox.post({.flight = &flight, .tape = std::move(flight.tape)});
  }

  void end_body() {
    const auto take = [this](std::string_view payload) { on_event(payload); };
    const bool good = ndjson ? lines.finish(take) : events.finish(take);
    if (!good) oversized = true;
  }

  // Why it failed, unless the player has already said why.
  void fail(Status status, std::string message) {
    if (flight.transport != Status::kOk) return;
    flight.transport = status;
    flight.transport_error = std::move(message);
  }

  Flight& flight;
  Outbox& outbox;
  std::unique_ptr<net::Connection> connection;  // null while connecting
  asio::cancellation_signal cancel;             // ends the connecting
  net::ResponseParser parser;
  net::SseFramer events;
  net::NdjsonFramer lines;
  Nanos at = 0;  // instant of the read under way, on the run's clock
  bool ndjson = false;
  bool oversized = false;
  bool left = false;         // the client has what it waited for, and goes away
  std::uint64_t tokens = 0;  // so far, where the client counts them
};

HttpWire::HttpWire(asio::io_context& context, HttpWireOptions options, Outbox& outbox,
                   LagMeter& lags)
    : context_(context),
      options_(std::move(options)),
      pool_(options_.endpoint, {.reuse = options_.reuse_connections}),
      outbox_(outbox),
      lags_(lags),
      buffer_(kReadBuffer) {}

HttpWire::~HttpWire() = default;

void HttpWire::start(Flight& flight) { asio::co_spawn(context_, fly(flight), asio::detached); }

void HttpWire::abort(Flight& flight) {
  if (flight.ride == nullptr) return;  // fly() has not begun, and will see flight.transport
  if (flight.ride->connection) {
    flight.ride->connection->close();
  } else {
    flight.ride->cancel.emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> HttpWire::fly(Flight& flight) {
  {
    Ride ride(flight, outbox_, options_.framing);
    flight.ride = &ride;
    if (co_await board(ride)) co_await receive(ride);
    flight.ride = nullptr;
    if (flight.transport == Status::kClientLimit) {
      flight.row.end = steady_now() - options_.epoch;
      asio::steady_timer rest(context_, kRestAfterLimit);
      co_await rest.async_wait(asio::use_awaitable);
    }
    const bool reusable =
        flight.transport == Status::kOk && ride.connection && ride.parser.keep_alive();
    if (reusable) pool_.give_back(std::move(ride.connection));
  }
  land(flight);
}

void HttpWire::land(Flight& flight) {
  if (flight.row.end == kNever) flight.row.end = steady_now() - options_.epoch;
  player_->ended(flight, steady_now() - options_.epoch);
  if (on_ended) on_ended();
}

// Gets a connection and sends the request.
asio::awaitable<bool> HttpWire::board(Ride& ride) {
  Flight& flight = ride.flight;
  if (flight.transport != Status::kOk) co_return false;
  record::Row& row = flight.row;
  const Nanos deadline =
      options_.connect_timeout > 0 ? steady_now() + options_.connect_timeout : kNever;
  ride.connection = pool_.take();
  row.connection_reused = ride.connection != nullptr;
  if (!ride.connection) {
    auto [thrown, opened] = co_await asio::co_spawn(
        context_, net::Connection::open(pool_.endpoint(), deadline),
        asio::bind_cancellation_slot(ride.cancel.slot(), asio::as_tuple(asio::use_awaitable)));
    if (thrown) {
      ride.fail(Status::kCancelled, "given up while connecting");
      co_return false;
    }
    if (!opened) {
      ride.fail(opened.error().status, std::move(opened.error().message));
      co_return false;
    }
    ride.connection = std::move(opened->connection);
    row.dns = opened->times.dns;
    row.connect = opened->times.connect;
    row.tls = opened->times.tls;
    if (flight.transport != Status::kOk) co_return false;  // aborted while connecting
  }
  row.sent = steady_now() - options_.epoch;
  const auto written = co_await ride.connection->write(flight.request);
  flight.request = {};
  // A server may refuse a long request before it has read it all, and hang up: what it said is
  // worth more than the news that it is gone.
  const bool hung_up = !written && written.error().status == Status::kTruncated;
  if (!written && !hung_up) ride.fail(written.error().status, written.error().message);
  co_return written || hung_up;
}

asio::awaitable<void> HttpWire::receive(Ride& ride) {
  for (;;) {
    const net::Read read = ride.connection->try_read(buffer_);
    if (read.kind == net::Read::Kind::kWouldBlock) {
      if (co_await ride.connection->wait_readable()) continue;
      ride.fail(Status::kCancelled, "the connection was closed by the client");
      co_return;
    }
    if (!take_read(ride, read)) co_return;
  }
}

// True while the answer goes on.
bool HttpWire::take_read(Ride& ride, const net::Read& read) {
  Flight& flight = ride.flight;
  ride.at = read.arrived() - options_.epoch;
  if (read.kind == net::Read::Kind::kError) {
    ride.fail(ride.connection->error().status, ride.connection->error().message);
    flight.row.end = ride.at;
    return false;
  }
  net::ParseState state = net::ParseState::kMore;
  if (read.kind == net::Read::Kind::kClosed) {
    state = ride.parser.finish(ride);
  } else {
    flight.lag.add(read.stamp, read.read_at);
    if (read.stamp != kNever) lags_.add(read.read_at - read.stamp);
    flight.last_read = ride.at;
    if (flight.row.first_byte == kNever) flight.row.first_byte = ride.at;
    state = ride.parser.feed({buffer_.data(), read.size}, ride);
  }
  if (ride.left && !flight.reader->summary().complete) {
    flight.row.end = ride.at;
    ride.fail(Status::kLeft, fmt::format("went away after {} tokens, as planned", ride.tokens));
    return false;
  }
  if (state == net::ParseState::kMore && !ride.oversized) return true;
  flight.row.end = ride.at;
  if (flight.row.http_code == 200) ride.end_body();
  if (ride.oversized) {
    ride.fail(Status::kMalformed, "an event of the stream is larger than 16 MiB");
  } else if (state == net::ParseState::kError) {
    ride.fail(ride.parser.truncated() ? Status::kTruncated : Status::kMalformed,
              std::string(ride.parser.error()));
  }
  return false;
}

}  // namespace tt::load
