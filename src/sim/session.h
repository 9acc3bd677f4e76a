// One connection of a client to a simulated engine.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "net/connection.h"
#include "net/http_server.h"
#include "sim/answer.h"
#include "sim/core.h"

namespace tt::sim {

/// Kept alive by its own coroutines, which end when the connection does.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Core> core, std::unique_ptr<net::Connection> connection);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves requests, one after another, until the connection ends.
  boost::asio::awaitable<void> run();

  // For the answer.
  /// Hands bytes to the kernel; what it does not take waits for the socket.
  void write(std::string_view bytes);
  /// True where nothing waits, so that more may be written.
  bool clear() const { return unsent_.empty(); }
  void append_stream_head(std::string& out, std::string_view content_type, bool keep_alive) const;
  void append_reply(std::string& out, const engine::ServerReply& reply, bool keep_alive) const;
  /// The answer is complete. The answer lives until the loop's next turn.
  void answer_done(bool keep_alive);
  /// Closes the connection, in order or with a reset.
  void drop(bool reset);

 private:
  bool take(std::string_view bytes, Nanos arrived);
  void handle(const net::ParsedRequest& request, Nanos arrived);
  void generate(const net::ParsedRequest& request, std::string_view path,
                const engine::Protocol& protocol, Nanos arrived);
  bool wants_model(const net::ParsedRequest& request, const engine::Protocol* protocol) const;
  void still_loading(const net::ParsedRequest& request, const engine::Protocol* protocol);
  void probe(const net::ParsedRequest& request, std::string_view path);
  std::optional<engine::ServerFault> check_model(const std::string& model) const;
  bool authorised(const net::ParsedRequest& request) const;
  void refuse(const engine::Protocol& protocol, const engine::ServerFault& fault, bool stream,
              const net::ParsedRequest& request);
  void reply(const engine::ServerReply& reply, bool keep_alive);
  void next_request();
  boost::asio::awaitable<void> drain();
  void lose();

  std::shared_ptr<Core> core_;
  std::unique_ptr<net::Connection> connection_;
  net::RequestParser parser_;
  std::string inbox_;  // bytes that came while an answer was under way
  std::string unsent_;
  bool draining_ = false;
  bool close_after_ = false;
  std::unique_ptr<Answer> answer_;
};

}  // namespace tt::sim
