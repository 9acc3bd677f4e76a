#include "net/fuzz_split.h"
#include "net/http_client.h"

namespace tt::net {
namespace {

/// What one parse made of the bytes.
struct Outcome : ResponseSink {
  ParseState state = ParseState::kMore;
  ParseState final_state = ParseState::kMore;
  int heads = 0;
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  bool keep_alive = false;

  void on_head(const ResponseHead& head) override {
    ++heads;
    status = head.status;
    headers = head.headers;
  }
  void on_body(std::string_view piece) override {
    require(heads == 1);
    body += piece;
  }
  void end(ResponseParser& parser) {
    keep_alive = parser.keep_alive();
    final_state = parser.finish(*this);
    require(final_state != ParseState::kMore && !parser.keep_alive());
    require((final_state == ParseState::kError) == !parser.error().empty());
  }
};

void check(std::string_view bytes) {
  Outcome whole;
  ResponseParser parser;
  whole.state = parser.feed(bytes, whole);
  whole.end(parser);
  Outcome split;
  parser.reset();
  in_pieces(bytes, [&](std::string_view piece) { split.state = parser.feed(piece, split); });
  split.end(parser);
  require(whole.state == split.state && whole.final_state == split.final_state);
  require(whole.heads == split.heads && whole.heads <= 1 && whole.status == split.status);
  require(whole.headers == split.headers && whole.body == split.body);
  require(whole.keep_alive == split.keep_alive);
}

}  // namespace
}  // namespace tt::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tt::net::check(tt::net::as_text(data, size));
  return 0;
}
