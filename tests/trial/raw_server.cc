#include "raw_server.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_server.h"

namespace tt::trial {
namespace {

// One accepted connection, with TLS or without.
class Peer {
 public:
  Peer(int fd, const net::TlsContext* tls) : fd_(fd) {
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls->native()));
    SSL_set_fd(ssl_.get(), fd);
    good_ = SSL_accept(ssl_.get()) == 1;
  }
  bool good() const { return good_; }
  std::ptrdiff_t read(char* buffer, std::size_t size) {
    if (!ssl_) return ::recv(fd_, buffer, size, 0);
    return SSL_read(ssl_.get(), buffer, static_cast<int>(size));
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::ptrdiff_t sent =
          ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
               : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (ssl_) SSL_shutdown(ssl_.get());
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int fd_;
  bool good_ = true;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace

RawServer::RawServer(Answer answer, const net::Certificate* certificate)
    : answer_(std::move(answer)) {
  if (certificate != nullptr) tls_ = net::server_context(*certificate);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd_, 256), 0);
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
  ::shutdown(fd_, SHUT_RDWR);  // ends accept()
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  threads_.clear();  // joins
  ::close(fd_);
}

std::string RawServer::url() const {
  return fmt::format("{}://127.0.0.1:{}", tls_ ? "https" : "http", port_);
}

void RawServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void RawServer::serve(int fd) {
  Peer peer(fd, tls_.get());
  net::RequestParser parser;
  char buffer[65536];
  while (peer.good()) {
    const std::ptrdiff_t got = peer.read(buffer, sizeof buffer);
    if (got <= 0) break;
    if (parser.feed({buffer, static_cast<std::size_t>(got)}) != net::ParseState::kDone) continue;
    const net::ParsedRequest& parsed = parser.request();
    RawRequest request{parsed.method, parsed.path, "", parsed.body};
    for (const auto& header : parsed.headers)
      request.head += header.name + ": " + header.value + "\n";
    peer.write(answer_(request));
    break;
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

std::string http_answer(int status, const std::string& body, const std::string& type,
                        const std::string& headers) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
      status, net::reason_phrase(status), type, body.size(), headers, body);
}

std::string chat_stream(int tokens) {
  std::string out;
  net::append_response_head(out, 200, "text/event-stream", net::BodyFraming::chunked(), {}, false);
  for (int i = 0; i < tokens; ++i) {
    net::append_chunk(
        out, fmt::format("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"w{} \"}},"
                         "\"finish_reason\":{}}}]}}\n\n",
                         i, i + 1 == tokens ? "\"length\"" : "null"));
  }
  net::append_chunk(out, fmt::format("data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":9,"
                                     "\"completion_tokens\":{},\"total_tokens\":{}}}}}\n\n",
                                     tokens, 9 + tokens));
  net::append_chunk(out, "data: [DONE]\n\n");
  return out + std::string(net::kLastChunk);
}

}  // namespace tt::trial
