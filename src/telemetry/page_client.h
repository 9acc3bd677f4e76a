// Fetches one page again and again over a kept connection. For the sampler's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/time.h"
#include "net/connection.h"
#include "net/http_message.h"

namespace tt::telemetry {

/// What to ask, and where.
struct PageAddress {
  net::Endpoint endpoint;
  std::string path;  // with the URL's base path, and a query where there is one
  std::vector<net::Header> headers;
};

struct Page {
  std::string body;
  Nanos arrived = 0;  // steady_now's clock: first byte of the answer
  Nanos took = 0;     // from the request to the end of the answer, connecting included
};

/// Belongs to the loop that its coroutines run on.
class PageClient {
 public:
  static constexpr std::size_t kMaxPage = 16u << 20;

  explicit PageClient(PageAddress address) : address_(std::move(address)), buffer_(64 * 1024) {}

  /// Only an answer of 200 is a page; anything else is an error that says so. A connection that the
  /// server closed meanwhile is opened anew. `timeout` is over all.
  boost::asio::awaitable<net::NetResult<Page>> get(Nanos timeout);
  void close() { connection_.reset(); }
  /// Ends a get() under way that waits for its answer.
  void cancel() {
    if (connection_ != nullptr) connection_->cancel();
  }

 private:
  boost::asio::awaitable<net::NetResult<Page>> ask(const std::string& request, Nanos began);
  boost::asio::awaitable<net::NetResult<Page>> try_get(const std::string& request, Nanos deadline);

  PageAddress address_;
  std::vector<char> buffer_;
  std::unique_ptr<net::Connection> connection_;
};

}  // namespace tt::telemetry
