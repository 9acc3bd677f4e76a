#include "net/http_server.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "net/http_head.h"

namespace tt::net {

// --- Requests ------------------------------------------------------------------------------------

struct RequestParser::Impl {
  explicit Impl(std::size_t limit) : max_body(limit) { start(); }
  static Impl& of(llhttp_t* p) { return *static_cast<Impl*>(p->data); }
  static const llhttp_settings_t& settings();
  static int headers_complete(llhttp_t* p);
  static int body_piece(llhttp_t* p, const char* at, std::size_t size);

  void start() {
    llhttp_init(&parser, HTTP_REQUEST, &settings());
    parser.data = this;
    request = {};
    collector.reset();
    consumed = 0;
    expects_continue = false;
    error_status = 400;
    state = ParseState::kMore;
    error.clear();
  }

  llhttp_t parser;
  std::size_t max_body;
  ParsedRequest request;
  HeadCollector collector;
  std::size_t consumed = 0;
  bool expects_continue = false;
  int error_status = 400;
  ParseState state = ParseState::kMore;
  std::string error;
};

const llhttp_settings_t& RequestParser::Impl::settings() {
  static const llhttp_settings_t kSettings = [] {
    const auto too_large = [](llhttp_t* p) {
      of(p).error_status = 431;
      return refuse(p, kHeadTooLarge);
    };
    static const auto kTooLarge = too_large;
    llhttp_settings_t s;
    llhttp_settings_init(&s);
    s.on_url = [](llhttp_t* p, const char* at, std::size_t size) {
      Impl& me = of(p);
      if (!me.collector.count(size)) return kTooLarge(p);
      me.request.path.append(at, size);
      return 0;
    };
    s.on_header_field = [](llhttp_t* p, const char* at, std::size_t size) {
      Impl& me = of(p);
      return me.collector.name(me.request.headers, {at, size}) ? 0 : kTooLarge(p);
    };
    s.on_header_value = [](llhttp_t* p, const char* at, std::size_t size) {
      Impl& me = of(p);
      return me.collector.value(me.request.headers, {at, size}) ? 0 : kTooLarge(p);
    };
    s.on_header_value_complete = [](llhttp_t* p) {
      of(p).collector.value_end(of(p).request.headers);
      return 0;
    };
    s.on_headers_complete = headers_complete;
    s.on_body = body_piece;
    s.on_message_complete = [](llhttp_t* p) -> int {
      Impl& me = of(p);
      me.state = ParseState::kDone;
      me.request.keep_alive = llhttp_should_keep_alive(p) != 0;
      return HPE_PAUSED;
    };
    return s;
  }();
  return kSettings;
}

int RequestParser::Impl::headers_complete(llhttp_t* p) {
  Impl& me = of(p);
  me.collector.close();
  me.request.method = llhttp_method_name(static_cast<llhttp_method_t>(llhttp_get_method(p)));
  me.expects_continue =
      equals_ignoring_case(find_header(me.request.headers, "expect"), "100-continue");
  if (p->content_length > me.max_body) {
    me.error_status = 413;
    return refuse(p, "the body is too large");
  }
  return 0;
}

int RequestParser::Impl::body_piece(llhttp_t* p, const char* at, std::size_t size) {
  Impl& me = of(p);
  if (me.request.body.size() + size > me.max_body) {
    me.error_status = 413;
    return refuse(p, "the body is too large");
  }
  me.request.body.append(at, size);
  return 0;
}

RequestParser::RequestParser(std::size_t max_body) : impl_(std::make_unique<Impl>(max_body)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

ParseState RequestParser::feed(std::string_view bytes) {
  Impl& me = *impl_;
  me.consumed = 0;
  if (me.state != ParseState::kMore) return me.state;
  const llhttp_errno_t code = llhttp_execute(&me.parser, bytes.data(), bytes.size());
  if (code == HPE_OK) {
    me.consumed = bytes.size();
    return me.state;
  }
  me.consumed = static_cast<std::size_t>(llhttp_get_error_pos(&me.parser) - bytes.data());
  if (me.state == ParseState::kDone) return me.state;
  me.state = ParseState::kError;
  const char* reason = llhttp_get_error_reason(&me.parser);
  me.error = "not a valid HTTP/1.1 request: ";
  me.error += reason != nullptr && *reason != '\0' ? reason : llhttp_errno_name(code);
  return me.state;
}

std::size_t RequestParser::consumed() const { return impl_->consumed; }
void RequestParser::reset() { impl_->start(); }
const ParsedRequest& RequestParser::request() const { return impl_->request; }
bool RequestParser::wants_continue() {
  const bool asked = impl_->expects_continue && impl_->state == ParseState::kMore;
  impl_->expects_continue = false;
  return asked;
}
std::string_view RequestParser::error() const { return impl_->error; }
int RequestParser::error_status() const { return impl_->error_status; }

// --- Answers -------------------------------------------------------------------------------------

std::string_view reason_phrase(int status) {
  constexpr std::pair<int, std::string_view> kPhrases[] = {
      {200, "OK"},
      {201, "Created"},
      {204, "No Content"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Payload Too Large"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Entity"},
      {424, "Failed Dependency"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  for (const auto& [code, phrase] : kPhrases) {
    if (code == status) return phrase;
  }
  return "Unknown";
}

void append_response_head(std::string& out, int status, std::string_view content_type,
                          BodyFraming framing, std::span<const Header> headers, bool keep_alive) {
  const auto header = [&out](std::string_view name, std::string_view value) {
    if (!valid_header(name, value)) return;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  if (!content_type.empty()) header("Content-Type", content_type);
  for (const Header& h : headers) header(h.name, h.value);
  if (framing.kind == BodyFraming::Kind::kChunked) header("Transfer-Encoding", "chunked");
  if (framing.kind == BodyFraming::Kind::kLength) {
    header("Content-Length", std::to_string(framing.length));
  }
  if (!keep_alive || framing.kind == BodyFraming::Kind::kUntilClose) header("Connection", "close");
  out += "\r\n";
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), data.size(), 16).ptr;
  out.append(size.data(), end);
  out += "\r\n";
  out += data;
  out += "\r\n";
}

}  // namespace tt::net
