#include "net/fuzz_split.h"
#include "net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = tt::net::parse_url(tt::net::as_text(data, size));
  if (!url) {
    tt::net::require(!url.error().message.empty());
    return 0;
  }
  tt::net::require(url->port != 0 && !url->host.empty() && !url->host_header().empty());
  const auto again = tt::net::parse_url(url->text());
  tt::net::require(again.has_value() && *again == *url);
  return 0;
}
