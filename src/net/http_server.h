// HTTP/1.1 from the server's side: a request parsed whole, an answer's head and chunks as bytes.
#pragma once

#include "net/http_message.h"

namespace tt::net {

struct ParsedRequest {
  std::string method;
  std::string path;  // the target as sent, query and all
  std::vector<Header> headers;
  std::string body;
  bool keep_alive = true;
};

/// Parses one request at a time, body included. Movable; one thread.
class RequestParser {
 public:
  static constexpr std::size_t kMaxBodyBytes = 64u << 20;

  explicit RequestParser(std::size_t max_body = kMaxBodyBytes);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  /// Parses bytes up to the end of one request; `consumed()` of them belong to it, the rest to the
  /// next. After kDone and kError nothing more is taken until reset().
  ParseState feed(std::string_view bytes);
  std::size_t consumed() const;
  /// Ready for the next request on the same connection.
  void reset();

  /// Whole after kDone.
  const ParsedRequest& request() const;
  /// True once, when the head said "Expect: 100-continue" and the body is still to come: send
  /// kContinue.
  bool wants_continue();
  /// After kError: what was wrong, and the status to answer with (400, 413, 431).
  std::string_view error() const;
  int error_status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// How an answer's body is framed.
struct BodyFraming {
  enum class Kind : std::uint8_t { kChunked, kLength, kUntilClose };
  Kind kind = Kind::kChunked;
  std::uint64_t length = 0;  // of kLength
  static BodyFraming chunked() { return {}; }
  static BodyFraming of_length(std::uint64_t n) { return {Kind::kLength, n}; }
  static BodyFraming until_close() { return {Kind::kUntilClose, 0}; }
};

/// "OK" of 200; "Unknown" where the code is not known.
std::string_view reason_phrase(int status);

/// Appends status line and headers, with the empty line. Headers that fail valid_header are left
/// out. kUntilClose and `keep_alive` false say "Connection: close".
void append_response_head(std::string& out, int status, std::string_view content_type,
                          BodyFraming framing, std::span<const Header> headers = {},
                          bool keep_alive = true);
/// Appends `data` as one chunk; nothing where `data` is empty (that would end the body).
void append_chunk(std::string& out, std::string_view data);

}  // namespace tt::net
