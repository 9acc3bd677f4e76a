#include "net/tls.h"

#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace tt::net {
namespace {

bool is_address(const std::string& host) {
  unsigned char unused[16];
  return ::inet_pton(AF_INET, host.c_str(), unused) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), unused) == 1;
}

std::string last_openssl_error() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "TLS error " + std::to_string(code);
}

/// What to do about a certificate that failed its check.
std::string certificate_advice(long code, const std::string& host) {
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "it was made for another name than '" + host +
             "'; use the name that the certificate holds in the URL";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "it has expired; renew it on the server (and check this machine's date)";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is not valid yet; check the dates of both machines";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "it is self-signed; give the certificate of its authority with --ca FILE, or accept "
             "any "
             "certificate with --insecure";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "its authority is not trusted here; give the authority's certificate with --ca FILE";
    default:
      return std::string(X509_verify_cert_error_string(code)) +
             "; give the right authority with --ca FILE, or accept any certificate with --insecure";
  }
}

std::string handshake_error(ssl_st* ssl, const std::string& host) {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_REASON(code);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    ERR_clear_error();
    return "the server's certificate was refused: " +
           certificate_advice(SSL_get_verify_result(ssl), host);
  }
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
      reason == SSL_R_PACKET_LENGTH_TOO_LONG) {
    ERR_clear_error();
    return "the server does not speak TLS on this port; try http:// in place of https://";
  }
  return "TLS failed: " + last_openssl_error();
}

constexpr unsigned char kAlpn[] = "\x08http/1.1";

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::create(const TlsOptions& options) {
  ERR_clear_error();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) return fail(ErrorCode::kInternal, "TLS: " + last_openssl_error());
  auto owner = std::make_shared<const TlsContext>(context);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // A connection lives as long as its requests; buffers given back between them save memory when
  // thousands are idle.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  // Many servers close without the closing alert; HTTP's own framing tells whether an answer is
  // whole.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_protos(context, kAlpn, sizeof kAlpn - 1);
  SSL_CTX_set_verify(context, options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1) {
    return fail(ErrorCode::kInvalidInput,
                "cannot read certificates from this file (" + last_openssl_error() +
                    "); --ca wants a PEM file of one or more authorities",
                options.ca_file);
  }
  return owner;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, std::string host)
    : context_(std::move(context)), host_(std::move(host)), ssl_(SSL_new(context_->native())) {
  SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}

std::unique_ptr<TlsSession> TlsSession::client(std::shared_ptr<const TlsContext> context,
                                               const std::string& host) {
  std::unique_ptr<TlsSession> session(new TlsSession(std::move(context), host));
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session->ssl_), host.c_str());
  } else {
    // The macro for this casts in the old style.
    SSL_ctrl(session->ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
    SSL_set1_host(session->ssl_, host.c_str());
  }
  SSL_set_connect_state(session->ssl_);
  return session;
}

std::unique_ptr<TlsSession> TlsSession::server(std::shared_ptr<const TlsContext> context) {
  std::unique_ptr<TlsSession> session(new TlsSession(std::move(context), ""));
  SSL_set_accept_state(session->ssl_);
  return session;
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

void TlsSession::feed(std::string_view cipher) {
  // A memory BIO takes everything, or the machine is out of memory.
  BIO_write(SSL_get_rbio(ssl_), cipher.data(), static_cast<int>(cipher.size()));
}

void TlsSession::drain(std::string& out) {
  BIO* bio = SSL_get_wbio(ssl_);
  const std::size_t waiting = BIO_ctrl_pending(bio);
  if (waiting == 0) return;
  const std::size_t old = out.size();
  out.resize(old + waiting);
  const int got = BIO_read(bio, out.data() + old, static_cast<int>(waiting));
  out.resize(old + static_cast<std::size_t>(got > 0 ? got : 0));
}

TlsSession::Step TlsSession::classify(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
      return Step::kDone;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Step::kWantBytes;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kClosed;
    default:
      error_ = handshake_error(ssl_, host_);
      return Step::kError;
  }
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  return classify(SSL_do_handshake(ssl_));
}

TlsSession::Step TlsSession::read(char* buffer, std::size_t capacity, std::size_t& size) {
  ERR_clear_error();
  size = 0;
  const int result = SSL_read_ex(ssl_, buffer, capacity, &size);
  return result == 1 ? Step::kDone : classify(result);
}

TlsSession::Step TlsSession::write(std::string_view plain) {
  if (plain.empty()) return Step::kDone;
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_, plain.data(), plain.size(), &written);
  return result == 1 ? Step::kDone : classify(result);
}

void TlsSession::shutdown() {
  ERR_clear_error();
  if (SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
  ERR_clear_error();
}

bool TlsSession::pending() const {
  return SSL_pending(ssl_) > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl_)) > 0;
}

std::string_view TlsSession::version() const {
  return SSL_is_init_finished(ssl_) ? SSL_get_version(ssl_) : "";
}

}  // namespace tt::net
