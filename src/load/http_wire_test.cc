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
#include "net/receive_stamp.h"

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
  plan::Timeouts timeouts;
  LoadTarget target;
  std::string prompt = "hello";
  std::uint32_t leave_tokens = 0;
  std::unique_ptr<HttpWire> wire;
  std::unique_ptr<Player> player;
  std::unique_ptr<ScriptedServer> server;
  const Flight* latest = nullptr;  // the last one made

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
      const engine::Prompt text = engine::Prompt::of(prompt);
      engine::GenerateRequest ask;
      ask.model = target.model;
      ask.prompt = &text;
      ask.max_tokens = 2;
      auto flight = make_flight(target, ask, "id-" + std::to_string(index), true);
      flight->row.index = index;
      flight->leave_tokens = leave_tokens;
      latest = flight.get();
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

// The server keeps the stream open: only that the client closes it lets the test end.
TEST(HttpWire, AClientThatLeavesAfterSomeTokensClosesItsConnection) {
  Bench bench;
  bench.leave_tokens = 2;
  std::string endless;
  for (const char* text : {"a", "b", "c"}) {
    endless += std::string("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"") + text +
               "\"},\"finish_reason\":null}]}\n\n";
  }
  bench.play({{chunked(endless, false)}, {chunked(endless, false)}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) {
    EXPECT_EQ(row.status, Status::kLeft);
    EXPECT_EQ(row.error, "went away after 2 tokens, as planned");
    EXPECT_EQ(row.output_tokens, 2u);
    EXPECT_GE(row.first_token, row.sent);
    EXPECT_EQ(row.end, row.last_token);
    EXPECT_FALSE(row.connection_reused);
  }
  EXPECT_EQ(bench.server->connections, 2);
}

TEST(HttpWire, AnAnswerShorterThanThePatienceEndsByItself) {
  Bench bench;
  bench.leave_tokens = 50;
  bench.play({{chunked(kStream)}}, 1);
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kOk) << bench.outbox.rows[0].error;
  EXPECT_EQ(bench.outbox.rows[0].output_tokens, 2u);
}

TEST(HttpWire, ReadsAStreamAndReusesTheConnection) {
  const net::StampKeeper keeper;
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
    EXPECT_GT(row.reads, 0u);
    EXPECT_EQ(row.stamped_reads, keeper.stamping() ? row.reads : 0u);
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
  while (bench.latest == nullptr || !bench.latest->first_token_seen()) bench.context.run_one();
  bench.player->stop(StopMode::kAbort);
  bench.context.run();
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kCancelled);
  EXPECT_EQ(bench.outbox.rows[0].chunk_at.size(), 2u);
}

// --- What servers and proxies also do ------------------------------------------------------------

std::string with_length(int status, std::string_view body, bool keep_alive = true) {
  std::string out;
  net::append_response_head(out, status, "application/json",
                            net::BodyFraming::of_length(body.size()), {}, keep_alive);
  return out.append(body);
}

TEST(HttpWire, BytesAfterAnAnswerSpoilTheConnectionButNotTheAnswer) {
  Bench bench;
  bench.play({{chunked(kStream) + "HTTP/1.1 200 OK\r\n"}, {chunked(kStream)}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) {
    EXPECT_EQ(row.status, Status::kOk) << row.error;
    EXPECT_EQ(row.output_tokens, 2u);
    EXPECT_FALSE(row.connection_reused);
  }
  EXPECT_EQ(bench.server->connections, 2);
}

TEST(HttpWire, AnEventLargerThanATapeIsReadWhole) {
  std::string stream(kStream.substr(0, kStream.find("data: [DONE]")));
  stream = stream.substr(0, stream.rfind("data: "));  // up to the first token
  for (int i = 0; i < 3; ++i) {
    stream += "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" +
              std::string(3 * Tape::kFull, 'x') +
              "\"},\"finish_reason\":" + (i == 2 ? "\"length\"" : "null") + "}]}\n\n";
  }
  stream += "data: [DONE]\n\n";
  Bench bench;
  bench.play({{chunked(stream)}}, 1);
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kOk) << bench.outbox.rows[0].error;
  EXPECT_EQ(bench.outbox.rows[0].chunk_at.size(), 4u);
}

TEST(HttpWire, AHugeErrorBodyIsCutAndTheConnectionLivesOn) {
  const std::string body = "{\"error\":{\"message\":\"" + std::string(5 << 20, 'e') + "\"}}";
  Bench bench;
  bench.play({{with_length(500, body)}, {chunked(kStream)}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  EXPECT_EQ(bench.outbox.rows[0].status, Status::kHttpServerError);
  EXPECT_LE(bench.outbox.rows[0].error.size(), Flight::kErrorBodyLimit);
  EXPECT_EQ(bench.outbox.rows[1].status, Status::kOk) << bench.outbox.rows[1].error;
  EXPECT_TRUE(bench.outbox.rows[1].connection_reused);
}

TEST(HttpWire, AnAnswerOfHttp10EndsWithItsConnection) {
  const std::string answer =
      "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + std::string(kStream);
  Bench bench;
  bench.play({{answer, true}, {answer, true}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) {
    EXPECT_EQ(row.status, Status::kOk) << row.error;
    EXPECT_FALSE(row.connection_reused);
  }
}

TEST(HttpWire, AConnectionThatIsToCloseIsNotKept) {
  std::string answer;
  net::append_response_head(answer, 200, "text/event-stream", net::BodyFraming::chunked(), {},
                            false);
  net::append_chunk(answer, kStream);
  answer += net::kLastChunk;
  Bench bench;
  bench.play({{answer}, {answer}}, 2);  // the server leaves it open all the same
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) EXPECT_EQ(row.status, Status::kOk) << row.error;
  EXPECT_EQ(bench.server->connections, 2);
}

TEST(HttpWire, A200WithoutAStreamIsNoAnswer) {
  Bench bench;
  bench.play({{with_length(200, "<html>login</html>")}, {with_length(200, "")}}, 2);
  ASSERT_EQ(bench.outbox.rows.size(), 2u);
  for (const record::Row& row : bench.outbox.rows) {
    EXPECT_FALSE(row.ok());
    EXPECT_FALSE(row.error.empty());
  }
}

// Wherever the loop stands, before, while and after connecting: one row, and nothing hangs.
TEST(HttpWire, AbortAtAnyMomentEndsTheRequestOnce) {
  for (int step = 0; step < 60; ++step) {
    Bench bench;
    bench.begin({{chunked(kStream.substr(0, kStream.find("data: [DONE]")), false)}}, 1, 0);
    for (int i = 0; i < step; ++i) bench.context.poll_one();
    bench.player->stop(StopMode::kAbort);
    bench.context.run();
    ASSERT_EQ(bench.outbox.rows.size(), 1u) << "step " << step;
    EXPECT_EQ(bench.outbox.rows[0].status, Status::kCancelled) << "step " << step;
  }
}

// Answers as soon as the first bytes come, and leaves the rest unread.
asio::awaitable<void> refuse_early(net::Listener& listener, std::string answer) {
  auto accepted = co_await listener.accept();
  if (!accepted) co_return;
  net::Connection& connection = **accepted;
  co_await connection.wait_readable();
  co_await connection.write(answer);
}

TEST(HttpWire, AnAnswerThatComesWhileTheRequestIsStillWrittenIsHeard) {
  Bench bench;
  auto listener = std::move(*net::Listener::open(bench.context, "127.0.0.1", 0));
  asio::co_spawn(
      bench.context,
      refuse_early(*listener, with_length(413, R"({"error":{"message":"too long"}})", false)),
      asio::detached);
  bench.prompt = std::string(8 << 20, 'p');  // more than socket buffers take
  bench.begin({}, 1, listener->port());
  bench.context.run();
  ASSERT_EQ(bench.outbox.rows.size(), 1u);
  const record::Row& row = bench.outbox.rows[0];
  EXPECT_EQ(row.status, Status::kHttpClientError) << row.error;
  EXPECT_EQ(row.http_code, 413);
  EXPECT_NE(row.error.find("too long"), std::string::npos) << row.error;
}

}  // namespace
}  // namespace tt::load
