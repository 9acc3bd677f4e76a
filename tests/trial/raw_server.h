// A server that says exactly what a test tells it, over TCP or TLS: one request a connection.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/test_certificates.h"

namespace tt::trial {

/// What was asked, as text.
struct RawRequest {
  std::string method;
  std::string path;
  std::string head;  // request line and headers
  std::string body;
};

class RawServer {
 public:
  /// Gives the whole answer's bytes. Runs on the server's threads, one for each connection.
  using Answer = std::function<std::string(const RawRequest&)>;

  /// With a certificate it speaks TLS.
  explicit RawServer(Answer answer, const net::Certificate* certificate = nullptr);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// "http://127.0.0.1:PORT", or https.
  std::string url() const;

 private:
  void accept_all();
  void serve(int fd);

  Answer answer_;
  std::shared_ptr<const net::TlsContext> tls_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;  // of threads_ and open_
  std::vector<std::jthread> threads_;
  std::vector<int> open_;
  std::jthread acceptor_;
};

/// An answer with a length, then the connection is closed.
std::string http_answer(int status, const std::string& body,
                        const std::string& type = "application/json",
                        const std::string& headers = "");
/// A whole stream of OpenAI's chat: `tokens` tokens, usage and end mark.
std::string chat_stream(int tokens);

}  // namespace tt::trial
