// One WebSocket: pulls from the hub what its tab has not seen, and takes commands.
#include <deque>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "serve/sockets.h"

namespace tt::serve {
namespace {

namespace websocket = beast::websocket;

constexpr std::size_t kMostAtOnce = 64;
constexpr std::size_t kMostCommand = 256 << 10;   // bytes
constexpr std::size_t kMostAnswers = 16;          // that wait for a slow tab
constexpr auto kIdle = std::chrono::seconds(30);  // then it is asked whether it is there

std::string failure(std::string_view what) {
  return fmt::format("{{\"type\": \"error\", \"message\": {}}}",
                     json_string(fmt::format("the server failed: {}", what)));
}

class LiveSocket : public std::enable_shared_from_this<LiveSocket> {
 public:
  LiveSocket(beast::tcp_stream stream, Dialect dialect, Sockets& sockets)
      : socket_(std::move(stream)),
        timer_(socket_.get_executor()),
        dialect_(dialect),
        sockets_(sockets) {
    sockets_.live.insert(&beast::get_lowest_layer(socket_));
    ++sockets_.site.meter.live_sockets;
  }
  ~LiveSocket() {
    sockets_.live.erase(&beast::get_lowest_layer(socket_));
    --sockets_.site.meter.live_sockets;
    sockets_.site.hub.drop(listener_);
  }
  LiveSocket(const LiveSocket&) = delete;
  LiveSocket& operator=(const LiveSocket&) = delete;

  asio::awaitable<void> serve(RequestHead head, const Target& target);

 private:
  asio::awaitable<void> read_all();
  asio::awaitable<void> write_all();
  std::string answer_to(std::string_view text) const;
  void leave();
  asio::awaitable<bool> write_answers();
  asio::awaitable<bool> write_new();
  asio::awaitable<bool> send(std::string text);
  void begin(const Target& target);
  void wake() {
    awake_ = true;
    timer_.cancel();
  }

  websocket::stream<beast::tcp_stream> socket_;
  asio::steady_timer timer_;
  Dialect dialect_;
  Sockets& sockets_;
  std::uint64_t listener_ = 0;
  std::uint64_t seen_ = 0;
  std::deque<std::string> answers_;  // to commands
  bool open_ = true;
  bool awake_ = false;
};

// Where a tab goes on: behind the number that it names, if that is of this hub; else with all of
// the newest run.
void LiveSocket::begin(const Target& target) {
  Hub& hub = sockets_.site.hub;
  const auto after = parse_whole(target.value("after").value_or(""));
  const bool same = target.value("stream") == std::string_view(hub.stream());
  seen_ = after && same ? *after : hub.before_newest_run();
  if (dialect_ == Dialect::kNumbered) {
    answers_.push_back(
        fmt::format("{{\"type\": \"hello\", \"stream\": {}, \"after\": {}, \"last\": {}}}",
                    json_string(hub.stream()), seen_, hub.last()));
  }
  // The hub calls from any thread; `self` may be gone when the call arrives.
  listener_ = hub.listen([self = weak_from_this(), executor = socket_.get_executor()] {
    asio::post(executor, [self] {
      if (const auto there = self.lock()) there->wake();
    });
  });
}

asio::awaitable<bool> LiveSocket::send(std::string text) {
  socket_.text(true);
  const auto [failed, count] = co_await socket_.async_write(asio::buffer(text), kQuiet);
  if (!failed) ++sockets_.site.meter.live_messages;
  co_return !failed;
}

asio::awaitable<bool> LiveSocket::write_answers() {
  while (!answers_.empty()) {
    std::string text = std::move(answers_.front());
    answers_.pop_front();
    const bool sent = co_await send(std::move(text));
    if (!sent) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> LiveSocket::write_new() {
  const auto pulled = sockets_.site.hub.after(seen_, kMostAtOnce);
  if (pulled.missed > 0 && dialect_ == Dialect::kNumbered) {
    const bool sent = co_await send(
        fmt::format("{{\"type\": \"missed\", \"count\": {}, \"next\": {}, \"remedy\": \"GET "
                    "/api/v1/jobs tells where the run stands.\"}}",
                    pulled.missed, pulled.seen + 1 - pulled.messages.size()));
    if (!sent) co_return false;
  }
  for (const auto& message : pulled.messages) {
    if (dialect_ == Dialect::kNumbered) {
      const bool sent = co_await send(numbered_json(*message));
      if (!sent) co_return false;
      continue;
    }
    for (auto& text : plain_json(*message)) {
      const bool sent = co_await send(std::move(text));
      if (!sent) co_return false;
    }
  }
  if (!pulled.messages.empty()) awake_ = true;  // there may be more
  seen_ = pulled.seen;
  co_return true;
}

asio::awaitable<void> LiveSocket::write_all() {
  const auto self = shared_from_this();
  while (open_) {
    awake_ = false;
    bool good = co_await write_answers();
    if (good) good = co_await write_new();
    if (!good) break;
    if (sockets_.site.hub.closed()) {
      co_await socket_.async_close(websocket::close_code::going_away, kQuiet);
      break;
    }
    if (awake_) continue;
    timer_.expires_at(asio::steady_timer::time_point::max());
    co_await timer_.async_wait(kQuiet);
  }
  leave();
}

void LiveSocket::leave() {
  open_ = false;
  beast::error_code ignored;
  beast::get_lowest_layer(socket_).socket().close(ignored);
}

std::string LiveSocket::answer_to(std::string_view text) const {
  try {
    return sockets_.site.command(text);
  } catch (const std::exception& thrown) {
    return failure(thrown.what());
  }
}

asio::awaitable<void> LiveSocket::read_all() {
  while (open_) {
    beast::flat_buffer buffer;
    const auto [failed, count] = co_await socket_.async_read(buffer, kQuiet);
    if (failed) break;
    if (answers_.size() >= kMostAnswers) break;  // it asks and does not read
    const std::string text = beast::buffers_to_string(buffer.data());
    std::string answer = co_await on_pool<std::string>(sockets_, [&] { return answer_to(text); });
    if (answer.empty()) continue;
    answers_.push_back(std::move(answer));
    wake();
  }
  open_ = false;
  wake();
}

asio::awaitable<void> LiveSocket::serve(RequestHead head, const Target& target) {
  beast::get_lowest_layer(socket_).expires_never();
  socket_.set_option(websocket::stream_base::timeout{.handshake_timeout = std::chrono::seconds(10),
                                                     .idle_timeout = kIdle,
                                                     .keep_alive_pings = true});
  socket_.read_message_max(kMostCommand);
  socket_.auto_fragment(false);
  const auto [failed] = co_await socket_.async_accept(head, kQuiet);
  if (failed) co_return;
  begin(target);
  asio::co_spawn(socket_.get_executor(), write_all(),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   if (thrown) self->leave();  // out of memory
                 });
  co_await read_all();
}

}  // namespace

asio::awaitable<void> serve_live(beast::tcp_stream stream, RequestHead head, Target target,
                                 Dialect dialect, Sockets& sockets) {
  const auto socket = std::make_shared<LiveSocket>(std::move(stream), dialect, sockets);
  co_await socket->serve(std::move(head), target);
}

}  // namespace tt::serve
