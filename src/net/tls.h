// TLS over bytes that somebody else moves: OpenSSL with memory BIOs, so that the reads, and their
// kernel stamps, stay ours.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/net_error.h"

struct ssl_st;
struct ssl_ctx_st;

namespace tt::net {

struct TlsOptions {
  std::string ca_file;    // PEM; trusted in place of the system's authorities. Empty: the system's
  bool insecure = false;  // accept any certificate. Only where the user asked for it
};

/// What the TLS connections to one target share. Immutable; safe to share between threads.
class TlsContext {
 public:
  /// Fails where ca_file cannot be read.
  static Result<std::shared_ptr<const TlsContext>> create(const TlsOptions& options = {});
  /// Takes a context made elsewhere (a server's, in tests) and owns it.
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* native() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

/// One TLS connection's state: cipher text in and out, plain text in and out. No sockets, no clock.
class TlsSession {
 public:
  /// A client that asks for `host` (SNI unless it is an address) and checks the certificate against
  /// it.
  static std::unique_ptr<TlsSession> client(std::shared_ptr<const TlsContext> context,
                                            const std::string& host);
  static std::unique_ptr<TlsSession> server(std::shared_ptr<const TlsContext> context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class Step { kDone, kWantBytes, kClosed, kError };

  /// Cipher text from the peer.
  void feed(std::string_view cipher);
  /// Cipher text for the peer is appended to `out`.
  void drain(std::string& out);

  /// Call until kDone, feeding and draining in between.
  Step handshake();
  /// Plain text into `buffer`; `size` gets its length with kDone.
  Step read(char* buffer, std::size_t capacity, std::size_t& size);
  /// All of `plain` becomes cipher text to drain.
  Step write(std::string_view plain);
  /// Appends the closing alert to what drain() gives.
  void shutdown();
  /// True where read() may give more without being fed.
  bool pending() const;

  /// After kError: what was wrong and what to do (--ca, host name, expired, not TLS).
  const std::string& error() const { return error_; }
  /// "TLSv1.3"; empty before the handshake is done.
  std::string_view version() const;

 private:
  TlsSession(std::shared_ptr<const TlsContext> context, std::string host);
  Step classify(int result);

  std::shared_ptr<const TlsContext> context_;
  std::string host_;
  ssl_st* ssl_ = nullptr;
  std::string error_;
};

}  // namespace tt::net
