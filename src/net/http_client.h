// HTTP/1.1 from the client's side: a request as bytes, an answer parsed as it comes.
#pragma once

#include "net/http_message.h"
#include "net/url.h"

namespace tt::net {

/// A whole request as bytes. `path` begins with a slash and follows the URL's base path. Host,
/// Content-Length and, where `keep_alive` is false, Connection are added; `headers` may not repeat
/// them. Fails where a method, path or header holds what could break the framing (CR, LF, blanks).
Result<std::string> format_request(std::string_view method, const Url& url, std::string_view path,
                                   std::span<const Header> headers, std::string_view body,
                                   bool keep_alive = true);

struct ResponseHead {
  int status = 0;
  std::vector<Header> headers;  // names as sent
};

/// Takes an answer's parts as they come.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  /// Once, before any body. Interim answers (1xx) are skipped.
  virtual void on_head(const ResponseHead& head) = 0;
  /// A piece of the body, chunk framing taken off; it lies inside the bytes fed.
  virtual void on_body(std::string_view piece) = 0;
};

/// Parses one answer at a time. Nothing is copied or allocated for the body. Movable; one thread.
class ResponseParser {
 public:
  ResponseParser();
  ~ResponseParser();
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;

  /// Parses bytes. After kDone and kError nothing more is taken until reset().
  ParseState feed(std::string_view bytes, ResponseSink& sink);
  /// The connection was closed: kDone where that is how the body ends, kError where it was cut.
  ParseState finish(ResponseSink& sink);
  /// Ready for the next answer. `head_only`: the request was HEAD, so no body follows.
  void reset(bool head_only = false);

  const ResponseHead& head() const;
  /// True once on_head was called.
  bool has_head() const;
  /// After kDone: the connection may carry another request. False too where bytes were left over.
  bool keep_alive() const;
  /// After kError: what was wrong, in words.
  std::string_view error() const;
  /// After kError: true where the answer was cut short rather than malformed.
  bool truncated() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::net
