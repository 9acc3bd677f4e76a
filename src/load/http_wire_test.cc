#include "load/http_wire.h"

#include <deque>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "load/decode.h"
#include "load/flight_factory.h"
#include "load/pacer.h"
#include "net/connection.h"
#include "net/http_server.h"
#include "net/listener.h"

namespace tt::load {
namespace {

namespace asio = boost::asio;

std::string chunked(std::string_view body, bool last = true) {
  std::string out;
  net::append_response_head(out, 200, "text/event-stream", net::BodyFraming::chunked());
  net::append_chunk(out, body);
  if (last) out += net::kLastChunk;
  return out;
}

constexpr std::string_view kStream =
    "data: "
    "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_"
    "reason\":null}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n"
    "data: "
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"length\"}]}\n\n"
    "data: [DONE]\n\n";

// Answers the n-th request with the n-th script, then goes on, or closes where told.
struct Script {
  std::string answer;
  bool close = false;
};

class ScriptedServer {
 public:
  ScriptedServer(asio::io_context& context, std::deque<Script> scripts)
      : scripts_(std::move(scripts)) {
    listener_ = std::move(*net::Listener::open(context, "127.0.0.1", 0));
    asio::co_spawn(context, serve(), asio::detached);
  }
  std::uint16_t port() const { return listener_->port(); }
  void close() { listener_->close(); }
  int connections = 0;
  std::string last_request;

 private:
  asio::awaitable<void> serve() {
    while (!scripts_.empty()) {
      auto accepted = co_await listener_->accept();
      if (!accepted) co_return;
      ++connections;
      co_await talk(**accepted);
    }
  }

  asio::awaitable<void> talk(net::Connection& connection) {
    net::RequestParser parser;
    std::vector<char> buffer(65536);
    while (!scripts_.empty()) {
      const net::Read read = connection.try_read(buffer);
      if (read.kind == net::Read::Kind::kWouldBlock) {
        if (!co_await connection.wait_readable()) co_return;
        continue;
      }
      if (read.kind != net::Read::Kind::kData) co_return;
      if (parser.feed({buffer.data(), read.size}) != net::ParseState::kDone) continue;
      last_request = parser.request().body;
      const Script script = scripts_.front();
      scripts_.pop_front();
      co_await connection.write(script.answer);
      if (script.close) co_return;
      parser.reset();
    }
    while (co_await connection.wait_readable()) {  // until the client goes
      if (connection.try_read(buffer).kind == net::Read::Kind::kClosed) co_return;
    }
  }

  std::deque<Script> scripts_;
  std::unique_ptr<net::Listener> listener_;
};

// Reads tapes at once and keeps rows.
class Rows final : public Outbox {
 public:
  void post(Parcel parcel) override {
    if (parcel.tape) read_tape(*parcel.flight, *parcel.tape);
    if (!parcel.owned) return;
    if (parcel.owned->tape) read_tape(*parcel.owned, *parcel.owned->tape);
    finish_row(*parcel.owned);
    rows.push_back(parcel.owned->row);
  }
  std::vector<record::Row> rows;
};

struct Bench {
  asio::io_context context{1};
  Rows outbox;
  LagMeter lags;
  Breaker breaker;
  workload::Timeouts timeouts;
  LoadTarget target;
  std::unique_ptr<HttpWire> wire;
  std::unique_ptr<Player> player;
  std::unique_ptr<ScriptedServer> server;

  // Plays `count` requests, one at a time, against the scripts, to the end.
  void play(std::deque<Script> scripts, std::uint64_t count, std::uint16_t port = 0) {
    begin(std::move(scripts), count, port);
    context.run();
  }

  void begin(std::deque<Script> scripts, std::uint64_t count, std::uint16_t port) {
    server = std::make_unique<ScriptedServer>(context, std::move(scripts));
    const auto* traits = engine::find_engine("vllm");
    target.url = {.tls = false,
                  .host = "127.0.0.1",
                  .port = port != 0 ? port : server->port(),
                  .base_path = ""};
    target.engine = traits;
    target.protocol = engine::find_protocol("openai-chat");
    target.model = "m";
    HttpWireOptions options;
    options.endpoint = {.url = target.url, .tls = nullptr, .addresses = {}};
    options.epoch = steady_now();
    wire = std::make_unique<HttpWire>(context, std::move(options), outbox, lags);
    auto make = [this](std::uint64_t index) {
      const engine::Prompt prompt = engine::Prompt::of("hello");
      engine::GenerateRequest ask;
      ask.model = target.model;
      ask.prompt = &prompt;
      ask.max_tokens = 2;
      auto flight = make_flight(target, ask, "id-" + std::to_string(index), true);
      flight->row.index = index;
      return flight;
    };
    player = std::make_unique<Player>(make_closed_pacer({.count = count}, {}, 1, 0, 0), make,
                                      timeouts, breaker, *wire, outbox, 0, 0);
    wire->attach(player.get());
    wire->on_ended = [this] {
      player->tick(0);
      if (player->done(0)) finish();
    };
    player->tick(0);
  }

  // Nobody is left to wait for: idle connections would keep the loop running.
  void finish() {
    wire->close_idle();
    server->close();
  }
};

TEST(HttpWire, ReadsAStreamAndReusesTheConnection) {
  Bench bench;
  bench.play({{chunked(kStream)}, {chunked(kStream)}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) {
    EXPECT_EQ(row.status, Status::kOk) << row.error;
    EXPECT_EQ(row.http_code, 200);
    EXPECT_EQ(row.output_tokens, 2u);
    EXPECT_GE(row.first_byte, row.sent);
    EXPECT_GE(row.first_token, row.first_byte);
    EXPECT_GE(row.end, row.last_token);
    EXPECT_EQ(row.stamped_reads, row.reads) << "loopback reads carry kernel stamps";
  }
  EXPECT_FALSE(bench.outbox.rows[0].connection_reused);
  EXPECT_GE(bench.outbox.rows[0].connect, 0);
  EXPECT_TRUE(bench.outbox.rows[1].connection_reused);
  EXPECT_EQ(bench.outbox.rows[1].connect, -1);
  EXPECT_EQ(bench.server->connections, 1);
  EXPECT_NE(bench.server->last_request.find("\"hello\""), std::string::npos);
}

TEST(HttpWire, AnErrorAnswerKeepsItsBody) {
  std::string answer;
  const std::string body =
      R"({"error":{"message":"no such model","type":"NotFoundError","code":404}})";
  net::append_response_head(answer, 404, "application/json",
                            net::BodyFraming::of_length(body.size()));
  answer += body;
  Bench bench;
  bench.play({{answer}}, 1);
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kHttpClientError);
  EXPECT_EQ(bench.outbox.rows[0].http_code, 404);
  EXPECT_NE(bench.outbox.rows[0].error.find("no such model"), std::string::npos);
}

TEST(HttpWire, ACutStreamIsTruncatedWhereverItIsCut) {
  const std::string whole = chunked(kStream);
  for (const std::size_t cut : {std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    Bench bench;
    bench.play({{whole.substr(0, cut), true}}, 1);
    ASSERT_EQ(bench.outbox.rows.size(), 1u);
    EXPECT_EQ(bench.outbox.rows[0].status, Status::kTruncated) << "cut at " << cut;
    EXPECT_FALSE(bench.outbox.rows[0].error.empty());
  }
}

TEST(HttpWire, BytesThatAreNotHttpAreMalformed) {
  Bench bench;
  bench.play({{"SSH-2.0-OpenSSH_9.2\r\n", true}}, 1);
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kMalformed);
}

TEST(HttpWire, NobodyListening) {
  std::uint16_t free_port = 0;
  {
    asio::io_context context(1);
    free_port = (*net::Listener::open(context, "127.0.0.1", 0))->port();
  }
  Bench bench;
  bench.play({{""}}, 2, free_port);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kConnectRefused);
  EXPECT_EQ(bench.outbox.rows[0].sent, kNever);
}

TEST(HttpWire, AbortEndsAStreamThatHangs) {
  Bench bench;
  // Two tokens come, the rest never.
  bench.begin({{chunked(kStream.substr(0, kStream.find("data: [DONE]")), false)}}, 1, 0);
  while (bench.lags.count() == 0) bench.context.run_one();
  bench.player->stop(StopMode::kAbort);
  bench.context.run();
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kCancelled);
  EXPECT_EQ(bench.outbox.rows[0].chunk_at.size(), 2u);
}

}  // namespace
}  // namespace tt::load
