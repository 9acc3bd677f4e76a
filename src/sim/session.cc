#include "sim/session.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "base/text.h"
#include "sim/tokens.h"

namespace tt::sim {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxInbox = 1u << 20;  // nobody sends that much before its answer is there
constexpr std::size_t kMaxId = 128;

/// A client's id as it may stand in ids and files.
std::string clean_id(std::string_view text, std::uint64_t number) {
  std::string id;
  for (const char c : text.substr(0, kMaxId)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == ':' || c == '/';
    if (good) id += c;
  }
  return id.empty() ? "sim-" + std::to_string(number) : id;
}

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

}  // namespace

Session::Session(std::shared_ptr<Core> core, std::unique_ptr<net::Connection> connection)
    : core_(std::move(core)), connection_(std::move(connection)) {
  core_->add(*this);
}

Session::~Session() { core_->remove(*this); }

asio::awaitable<void> Session::run() {
  const auto self = shared_from_this();
  for (;;) {
    const net::Read read = connection_->try_read(core_->read_buffer());
    if (read.kind == net::Read::Kind::kWouldBlock) {
      if (!co_await connection_->wait_readable()) break;
      continue;
    }
    if (read.kind != net::Read::Kind::kData) break;
    if (!take(std::string_view(core_->read_buffer().data(), read.size), read.arrived())) break;
  }
  lose();
}

// --- Requests -----------------------------------------------------------------------------------

bool Session::take(std::string_view bytes, Nanos arrived) {
  if (answer_ != nullptr || close_after_) {
    inbox_ += bytes;
    return inbox_.size() <= kMaxInbox;
  }
  while (!bytes.empty()) {
    const net::ParseState state = parser_.feed(bytes);
    if (state == net::ParseState::kError) {
      reply({.status = parser_.error_status(),
             .content_type = "text/plain",
             .body = std::string(parser_.error())},
            false);
      return false;
    }
    bytes.remove_prefix(parser_.consumed());
    if (parser_.wants_continue()) write(net::kContinue);
    if (state == net::ParseState::kMore) return true;
    handle(parser_.request(), arrived);
    parser_.reset();
    if (answer_ != nullptr || close_after_) return take(bytes, arrived);
  }
  return true;
}

void Session::handle(const net::ParsedRequest& request, Nanos arrived) {
  const auto kind = core_->options().engine;
  const std::string_view path = without_query(request.path);
  const engine::Protocol* protocol = request.method == "POST" ? protocol_on(kind, path) : nullptr;
  if (needs_key(kind, path) && !authorised(request)) {
    const auto& words = protocol != nullptr
                            ? *protocol
                            : *engine::find_protocol(engine::traits(kind).default_protocol);
    refuse(words, {engine::ServerFault::Kind::kUnauthorized, "Unauthorized"}, false, request);
  } else if (!core_->loaded() && wants_model(request, protocol)) {
    still_loading(request, protocol);
  } else if (protocol != nullptr) {
    generate(request, path, *protocol, arrived);
  } else {
    probe(request, path);
  }
}

/// llama.cpp answers nothing before its model is there; others all but generation and health.
bool Session::wants_model(const net::ParsedRequest& request,
                          const engine::Protocol* protocol) const {
  const auto kind = core_->options().engine;
  return protocol != nullptr || kind == engine::EngineKind::kLlamaCpp ||
         without_query(request.path) == engine::traits(kind).health_path;
}

void Session::still_loading(const net::ParsedRequest& request, const engine::Protocol* protocol) {
  const auto& traits = engine::traits(core_->options().engine);
  if (protocol == nullptr && traits.kind == engine::EngineKind::kSglang) {
    return reply({.status = 503, .content_type = "text/plain"}, request.keep_alive);
  }
  const auto& words =
      protocol != nullptr ? *protocol : *engine::find_protocol(traits.default_protocol);
  refuse(words, {engine::ServerFault::Kind::kUnavailable, "Loading model"}, false, request);
}

/// Metrics, health, models and the like.
void Session::probe(const net::ParsedRequest& request, std::string_view path) {
  std::optional<engine::ServerReply> page;
  if (request.method == "GET") {
    page = core_->metrics().page(
        {.path = path, .accept = net::find_header(request.headers, "accept"), .now = steady_now()},
        core_->model());
  }
  if (!page) {
    page =
        engine::answer_probe(core_->identity(), request.method, path, request.body, count_tokens);
  }
  core_->metrics().answered(request.method, path, page->status);
  reply(*page, request.keep_alive);
}

bool Session::authorised(const net::ParsedRequest& request) const {
  const std::string& key = core_->options().api_key;
  if (key.empty()) return true;
  const std::string_view given = net::find_header(request.headers, "authorization");
  return starts_with_ignoring_case(given, "bearer ") && trim(given.substr(7)) == key;
}

std::optional<engine::ServerFault> Session::check_model(const std::string& model) const {
  if (!core_->habit().checks_model || model.empty()) return std::nullopt;
  for (const std::string& known : core_->options().models) {
    // Ollama takes a name without its tag for ":latest".
    if (known == model || known + ":latest" == model || known == model + ":latest") {
      return std::nullopt;
    }
  }
  return engine::ServerFault{engine::ServerFault::Kind::kNotFound,
                             "The model `" + model + "` does not exist."};
}

void Session::generate(const net::ParsedRequest& request, std::string_view path,
                       const engine::Protocol& protocol, Nanos arrived) {
  using Kind = engine::ServerFault::Kind;
  const std::uint64_t number = core_->next_number();
  core_->metrics().arrived();
  auto parsed = protocol.parse(path, request.body);
  if (!parsed) {
    return refuse(protocol, {Kind::kInvalid, parsed.error().message}, false, request);
  }
  const bool stream = parsed->stream;
  if (const auto fault = check_model(parsed->model)) {
    return refuse(protocol, *fault, stream, request);
  }
  if (parsed->model.empty()) parsed->model = core_->options().models.front();
  const Fate fate = fate_of(core_->options().faults, core_->options().seed, number);
  if (fate.kind == Fate::Kind::kError) {
    return refuse(protocol, {Kind::kInternal, "simulated failure"}, stream, request);
  }
  if (fate.kind == Fate::Kind::kOverload) {
    return refuse(protocol, {Kind::kOverloaded, "Model is overloaded"}, stream, request);
  }
  answer_ = std::make_unique<Answer>(
      *core_, *this,
      AnswerSetup{.protocol = &protocol,
                  .request = std::move(*parsed),
                  .id = clean_id(net::find_header(request.headers, "x-request-id"), number),
                  .number = number,
                  .received = arrived,
                  .keep_alive = request.keep_alive,
                  .fate = fate});
  if (const auto fault = answer_->admit()) {
    answer_.reset();
    return refuse(protocol, *fault, stream, request);
  }
  core_->metrics().answered(request.method, path, 200);
  answer_->begin();
}

void Session::refuse(const engine::Protocol& protocol, const engine::ServerFault& fault,
                     bool stream, const net::ParsedRequest& request) {
  ++core_->stats().refused;
  const auto answer = protocol.refuse(fault, stream, core_->options().engine);
  core_->metrics().refused(fault.kind);
  core_->metrics().answered(request.method, without_query(request.path), answer.status);
  reply(answer, request.keep_alive);
}

void Session::reply(const engine::ServerReply& answer, bool keep_alive) {
  std::string out;
  append_reply(out, answer, keep_alive);
  write(out);
  if (!keep_alive) answer_done(false);
}

// --- Answers ------------------------------------------------------------------------------------

void Session::append_stream_head(std::string& out, std::string_view content_type,
                                 bool keep_alive) const {
  std::vector<net::Header> headers;
  const auto& habit = core_->habit();
  if (!habit.server.empty()) headers.push_back({"Server", std::string(habit.server)});
  net::append_response_head(out, 200, content_type, net::BodyFraming::chunked(), headers,
                            keep_alive);
}

void Session::append_reply(std::string& out, const engine::ServerReply& reply,
                           bool keep_alive) const {
  std::vector<net::Header> headers;
  const auto& habit = core_->habit();
  if (!habit.server.empty()) headers.push_back({"Server", std::string(habit.server)});
  for (const auto& [name, value] : reply.headers) headers.push_back({name, value});
  net::append_response_head(out, reply.status, reply.content_type,
                            net::BodyFraming::of_length(reply.body.size()), headers, keep_alive);
  out += reply.body;
}

void Session::write(std::string_view bytes) {
  if (bytes.empty() || !connection_->is_open()) return;
  if (unsent_.empty()) {
    const std::ptrdiff_t taken = connection_->try_write(bytes);
    if (taken < 0) return lose();
    bytes.remove_prefix(static_cast<std::size_t>(taken));
    if (bytes.empty()) return;
  }
  unsent_ += bytes;
  if (std::exchange(draining_, true)) return;
  asio::co_spawn(
      core_->context(), [self = shared_from_this()] { return self->drain(); }, asio::detached);
}

asio::awaitable<void> Session::drain() {
  while (!unsent_.empty() && co_await connection_->wait_writable()) {
    const std::ptrdiff_t taken = connection_->try_write(unsent_);
    if (taken < 0) break;
    unsent_.erase(0, static_cast<std::size_t>(taken));
  }
  draining_ = false;
  if (!unsent_.empty()) {
    unsent_.clear();
    lose();
  } else if (close_after_) {
    drop(false);
  } else if (answer_ != nullptr) {
    answer_->pump();
  }
}

void Session::answer_done(bool keep_alive) {
  close_after_ = !keep_alive;
  if (close_after_ && clear()) drop(false);
  asio::post(core_->context(), [self = shared_from_this()] { self->next_request(); });
}

void Session::next_request() {
  answer_.reset();
  if (inbox_.empty() || close_after_ || !connection_->is_open()) return;
  const std::string bytes = std::exchange(inbox_, {});
  // A pipelined request begins when its turn comes, not when its bytes came.
  if (!take(bytes, steady_now())) drop(false);
}

void Session::drop(bool reset) {
  if (answer_ != nullptr) answer_->abandon();
  connection_->close(reset);  // ends run() and drain()
}

/// The connection has ended, or the peer is gone.
void Session::lose() {
  if (connection_->is_open() && answer_ != nullptr && !answer_->over()) {
    ++core_->stats().disconnected;
  }
  drop(false);
}

}  // namespace tt::sim
