// One HTTP connection, call after call.
#include <algorithm>
#include <array>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "serve/sockets.h"

namespace tt::serve {
namespace {

constexpr std::size_t kPiece = 256 << 10;
// Headers, and what stands between the pieces of a chunked body: more is held of no caller.
constexpr std::size_t kMostHeld = 128 << 10;
constexpr auto kDrainTime = std::chrono::seconds(2);

// Nothing is loaded from anywhere else, nothing is run but our own files, nobody may frame us.
// ECharts gives parts of its drawings a style attribute; the page shows reports in a frame.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

using Parser = http::request_parser<http::buffer_body>;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::put:
      return Method::kPut;
    case http::verb::delete_:
      return Method::kDelete;
    default:
      return Method::kOther;
  }
}

std::string_view text_of(boost::core::string_view text) { return {text.data(), text.size()}; }

Result<Request> request_of(const RequestHead& head) {
  auto target = parse_target(text_of(head.target()));
  if (!target) return std::unexpected(target.error());
  Request request{.method = method_of(head.method()), .target = std::move(*target)};
  for (const auto& field : head) {
    request.headers[to_lower(text_of(field.name_string()))] = std::string(text_of(field.value()));
  }
  if (head.count(http::field::host) > 1) {
    return fail(ErrorCode::kInvalidInput, "the request has more than one Host");
  }
  return request;
}

Reply too_large(std::uint64_t most) {
  return reply_of(
      Problem{.status = 413,
              .code = "too_large",
              .message = fmt::format("the body is larger than {} bytes", format_count(most)),
              .remedy = "Send less at once."});
}

Reply busy(std::string message) {
  return reply_of(Problem{.status = 503,
                          .code = "busy",
                          .message = std::move(message),
                          .remedy = "Try again in a moment."});
}

Reply internal_error(std::string_view what) {
  return reply_of(Problem{.status = 500,
                          .code = "internal",
                          .message = fmt::format("the server failed: {}", what),
                          .remedy = "This is a fault of the program; what was stored is safe."});
}

// What work gives, or the answer to what it throws.
template <class Work>
auto caught(Work work) -> std::expected<decltype(work()), Reply> {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return std::unexpected(internal_error("not enough memory"));
  } catch (const std::exception& thrown) {
    return std::unexpected(internal_error(thrown.what()));
  }
}

Reply answer(const Route& route, const Request& request) {
  auto reply = caught([&] { return route.answer(request); });
  return reply ? std::move(*reply) : std::move(reply.error());
}

class Connection {
 public:
  Connection(asio::ip::tcp::socket socket, Sockets& sockets)
      : stream_(std::move(socket)), sockets_(sockets), parser_(std::in_place) {
    sockets_.open.insert(&stream_);
    ++sockets_.site.meter.sockets;
  }
  ~Connection() {
    sockets_.open.erase(&stream_);
    --sockets_.site.meter.sockets;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> serve();

 private:
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> read_header(Reply& refusal);
  asio::awaitable<Reply> take_call(Request& request);
  asio::awaitable<Reply> take_upload(const Route& route, Request& request);
  asio::awaitable<bool> read_body(std::string& body, Reply& refusal);
  asio::awaitable<bool> next_piece(std::string& piece, Reply& refusal);
  asio::awaitable<void> go_on();
  asio::awaitable<bool> write(Reply reply, bool head_only, bool keep);
  template <class Body>
  asio::awaitable<bool> send(http::response<Body>& response, bool head_only);
  asio::awaitable<void> drain();
  bool is_slow(beast::error_code failed);

  beast::tcp_stream stream_;
  Sockets& sockets_;
  beast::flat_buffer buffer_{kMostHeld};
  std::optional<Parser> parser_;
  bool upgraded_ = false;
};

bool Connection::is_slow(beast::error_code failed) {
  if (failed != beast::error::timeout) return false;
  ++sockets_.site.meter.timed_out;
  return true;
}

// False where there is nobody to answer; a refusal with a status where there is.
asio::awaitable<bool> Connection::read_header(Reply& refusal) {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(sockets_.options.header_bytes));
  parser_->body_limit(boost::none);  // counted below, by what the path allows
  stream_.expires_after(time_of(sockets_.options.header_time));
  const auto [failed, count] = co_await http::async_read_header(stream_, buffer_, *parser_, kQuiet);
  refusal.status = 0;
  if (!failed) co_return true;
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    refusal = reply_of(Problem{.status = 431,
                               .code = "too_large",
                               .message = "the header of the request is too large",
                               .remedy = "Ask with a shorter address or fewer cookies."});
    co_return true;
  }
  if (failed == http::error::end_of_stream || is_slow(failed) ||
      failed.category() != make_error_code(http::error::bad_method).category()) {
    co_return false;
  }
  refusal =
      reply_of(Problem{.status = 400,
                       .code = "invalid_input",
                       .message = fmt::format("this is no HTTP request: {}", failed.message()),
                       .remedy = "Speak HTTP/1.1."});
  co_return true;
}

// Whoever asks whether to send gets an answer before the body is waited for.
asio::awaitable<void> Connection::go_on() {
  if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) co_return;
  http::response<http::empty_body> response(http::status::continue_, 11);
  stream_.expires_after(time_of(sockets_.options.write_time));
  co_await http::async_write(stream_, response, kQuiet);
}

// At most kPiece bytes; none at the end. False where the body ended too soon, or is broken.
asio::awaitable<bool> Connection::next_piece(std::string& piece, Reply& refusal) {
  piece.resize(kPiece);
  auto& body = parser_->get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  if (!parser_->is_done()) {
    auto [failed, count] = co_await http::async_read(stream_, buffer_, *parser_, kQuiet);
    if (failed && failed != http::error::need_buffer) {
      // Of one that was too slow the stream is closed already: this then reaches nobody.
      is_slow(failed);
      refusal = reply_of(Problem{.status = 400,
                                 .code = "invalid_input",
                                 .message = "the body ended too soon, or is broken",
                                 .remedy = "Send it again, whole."});
      co_return false;
    }
  }
  piece.resize(piece.size() - body.size);
  sockets_.site.meter.body_bytes_in += piece.size();
  co_return true;
}

asio::awaitable<bool> Connection::read_body(std::string& body, Reply& refusal) {
  const std::size_t most = sockets_.options.body_bytes;
  const auto promised = parser_->content_length();
  if (promised && *promised > most) {
    refusal = too_large(most);
    co_return false;
  }
  co_await go_on();
  stream_.expires_after(time_of(sockets_.options.body_time));
  std::string piece;
  while (!parser_->is_done()) {
    const bool good = co_await next_piece(piece, refusal);
    if (!good) co_return false;
    body += piece;
    if (body.size() > most) {
      refusal = too_large(most);
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<Reply> Connection::take_upload(const Route& route, Request& request) {
  const std::uint64_t most = sockets_.options.upload_bytes;
  const auto promised = parser_->content_length();
  if (promised && *promised > most) co_return too_large(most);
  const std::uint64_t length = promised.value_or(0);
  using Sink = Result<std::unique_ptr<BodySink>>;
  auto begun = co_await on_pool<std::expected<Sink, Reply>>(
      sockets_, [&] { return caught([&] { return route.upload(request, length); }); });
  if (!begun) co_return std::move(begun.error());
  Sink& sink = *begun;
  if (!sink) co_return reply_of(sink.error());
  co_await go_on();
  Reply refusal;
  std::string piece;
  std::uint64_t received = 0;
  while (!parser_->is_done()) {
    stream_.expires_after(time_of(sockets_.options.body_time));
    const bool good = co_await next_piece(piece, refusal);
    if (!good) co_return refusal;
    received += piece.size();
    if (received > most) co_return too_large(most);
    auto written = co_await on_pool<std::expected<Result<void>, Reply>>(
        sockets_, [&] { return caught([&] { return (*sink)->write(piece); }); });
    if (!written) co_return std::move(written.error());
    if (!*written) co_return reply_of(written->error());
  }
  stream_.expires_never();
  auto reply = co_await on_pool<std::expected<Reply, Reply>>(
      sockets_, [&] { return caught([&] { return (*sink)->finish(); }); });
  co_return reply ? std::move(*reply) : std::move(reply.error());
}

// A call whose header was good.
asio::awaitable<Reply> Connection::take_call(Request& request) {
  if (auto refused = sockets_.site.guard.check(request)) co_return std::move(*refused);
  const auto route = sockets_.site.router.find(request);
  if (!route) co_return route.error();
  if ((*route)->upload) {
    Reply reply = co_await take_upload(**route, request);
    co_return reply;
  }
  Reply refusal;
  const bool whole = co_await read_body(request.body, refusal);
  if (!whole) co_return refusal;
  stream_.expires_never();
  if ((*route)->quick) co_return answer(**route, request);
  if (sockets_.waiting >= sockets_.options.waiting) {
    co_return busy("too many requests are waiting");
  }
  const Route& chosen = **route;
  Reply reply = co_await on_pool<Reply>(sockets_, [&] { return answer(chosen, request); });
  co_return reply;
}

template <class Body>
asio::awaitable<bool> Connection::send(http::response<Body>& response, bool head_only) {
  http::response_serializer<Body> serializer(response);
  serializer.split(head_only);
  while (!(head_only ? serializer.is_header_done() : serializer.is_done())) {
    // For the next piece: a large file may take longer than a caller may sleep.
    stream_.expires_after(time_of(sockets_.options.write_time));
    const auto [failed, count] = co_await http::async_write_some(stream_, serializer, kQuiet);
    if (failed) {
      is_slow(failed);
      co_return false;
    }
  }
  co_return true;
}

void fill_header(http::response_header<>& header, const Reply& reply) {
  header.set(http::field::content_type, reply.type);
  header.set("Content-Security-Policy", boost::core::string_view(kPolicy.data(), kPolicy.size()));
  header.set("X-Content-Type-Options", "nosniff");
  header.set("Referrer-Policy", "no-referrer");
  header.set("Cross-Origin-Resource-Policy", "same-origin");
  header.set("Cross-Origin-Opener-Policy", "same-origin");
  header.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : reply.headers) header.set(name, value);
}

// False where nothing more can be sent.
asio::awaitable<bool> Connection::write(Reply reply, bool head_only, bool keep) {
  auto& meter = sockets_.site.meter;
  if (!reply.file.empty()) {
    http::response<http::file_body> response(static_cast<http::status>(reply.status), 11);
    beast::error_code failed;
    response.body().open(reply.file.c_str(), beast::file_mode::scan, failed);
    if (failed) {
      reply = reply_of(Error{ErrorCode::kNotFound, "the file is not there", {}});
    } else {
      fill_header(response.base(), reply);
      response.keep_alive(keep);
      response.prepare_payload();
      ++meter.answers[reply.status / 100 % 6];
      meter.body_bytes_out += response.body().size();
      const bool sent = co_await send(response, head_only);
      co_return sent;
    }
  }
  // Callers that do not read what they asked for must not fill the memory together.
  if (sockets_.reply_bytes > 0 &&
      sockets_.reply_bytes + reply.body.size() > sockets_.options.reply_bytes) {
    reply = busy("too many answers wait to be read");
  }
  const Counted held(sockets_.reply_bytes, reply.body.size());
  const std::string_view bytes = reply.fixed.empty() ? std::string_view(reply.body) : reply.fixed;
  http::response<http::buffer_body> response(static_cast<http::status>(reply.status), 11);
  fill_header(response.base(), reply);
  response.keep_alive(keep);
  const bool bodiless = reply.status == 304 || reply.status == 204;
  if (!bodiless) response.content_length(bytes.size());
  // Beast asks for a place to write to, and only reads from it.
  response.body().data = const_cast<char*>(bytes.data());  // NOLINT(*-const-cast)
  response.body().size = bodiless ? 0 : bytes.size();
  response.body().more = false;
  ++meter.answers[reply.status / 100 % 6];
  meter.body_bytes_out += bytes.size();
  const bool sent = co_await send(response, head_only || bodiless);
  co_return sent;
}

// Whoever still sends would take a reset for the answer: the rest is read for a while, however much
// it is, and thrown away.
asio::awaitable<void> Connection::drain() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kDrainTime);
  std::string waste(kPiece, '\0');
  for (;;) {
    const auto [failed, count] =
        co_await stream_.async_read_some(asio::buffer(waste.data(), waste.size()), kQuiet);
    if (failed) co_return;
  }
}

// True where another call may follow.
asio::awaitable<bool> Connection::serve_one() {
  Reply reply;
  const bool spoken = co_await read_header(reply);
  if (!spoken) co_return false;
  if (reply.status != 0) {
    co_await write(std::move(reply), false, false);
    co_await drain();
    co_return false;
  }
  const auto began = std::chrono::steady_clock::now();
  RequestHead& head = parser_->get();
  const bool head_only = head.method() == http::verb::head;
  auto request = request_of(head);
  if (!request) {
    reply = reply_of(request.error());
  } else if (const Dialect* dialect = sockets_.site.live_path(request->target)) {
    if (auto refused = sockets_.site.guard.check_socket(*request)) {
      reply = std::move(*refused);
    } else if (!beast::websocket::is_upgrade(head)) {
      reply = reply_of(Problem{.status = 426,
                               .code = "wrong_protocol",
                               .message = "a WebSocket is served here",
                               .remedy = "Open it with the scheme ws:."});
      reply.headers.emplace_back("Upgrade", "websocket");
    } else if (sockets_.live.size() >= sockets_.options.live_sockets) {
      reply = reply_of(Problem{.status = 503,
                               .code = "too_many_sockets",
                               .message = "too many pages are open",
                               .remedy = "Close some tabs."});
    } else {
      upgraded_ = true;
      sockets_.open.erase(&stream_);
      co_await serve_live(std::move(stream_), parser_->release(), std::move(request->target),
                          *dialect, sockets_);
      co_return false;
    }
  } else {
    reply = co_await take_call(*request);
  }
  const bool whole = parser_->is_done();  // else the rest of the body stands before the next call
  const bool keep = whole && parser_->keep_alive() && !sockets_.stopping;
  const bool sent = co_await write(std::move(reply), head_only, keep);
  sockets_.site.meter.answer_micros +=
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::steady_clock::now() - began)
                                     .count());
  if (sent && !whole) co_await drain();
  co_return sent&& keep;
}

asio::awaitable<void> Connection::serve() {
  for (;;) {
    const bool another = co_await serve_one();
    if (!another) break;
  }
  if (upgraded_) co_return;
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

}  // namespace

asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, Sockets& sockets) {
  try {
    Connection connection(std::move(socket), sockets);
    co_await connection.serve();
  } catch (const std::exception&) {
    ++sockets.site.meter.answers[5];  // out of memory: this caller is let go, not all of them
  }
}

}  // namespace tt::serve
