#include "net/fuzz_split.h"
#include "net/http_server.h"

namespace tt::net {
namespace {

constexpr std::size_t kMaxBody = 512;

/// All requests of a connection, and how it ended.
struct Outcome {
  std::string requests;
  bool failed = false;

  void feed(RequestParser& parser, std::string_view bytes) {
    while (!bytes.empty() && !failed) {
      const ParseState state = parser.feed(bytes);
      require(parser.consumed() <= bytes.size());
      bytes.remove_prefix(parser.consumed());
      failed = state == ParseState::kError;
      require(!failed || parser.error_status() >= 400);
      if (state != ParseState::kDone) return;
      const ParsedRequest& request = parser.request();
      require(request.body.size() <= kMaxBody);
      requests += request.method + '\x1f' + request.path + '\x1f' + request.body + '\x1e';
      parser.reset();
    }
  }
  bool operator==(const Outcome&) const = default;
};

void check(std::string_view bytes) {
  Outcome whole;
  RequestParser first(kMaxBody);
  whole.feed(first, bytes);
  Outcome split;
  RequestParser second(kMaxBody);
  in_pieces(bytes, [&](std::string_view piece) { split.feed(second, piece); });
  require(whole == split);
}

}  // namespace
}  // namespace tt::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tt::net::check(tt::net::as_text(data, size));
  return 0;
}
