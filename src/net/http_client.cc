#include "net/http_client.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/http_head.h"

namespace tt::net {

// --- Requests ------------------------------------------------------------------------------------

namespace {

Result<void> check_request(std::string_view method, std::string_view path,
                           std::span<const Header> headers) {
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (method.empty() || !std::all_of(method.begin(), method.end(), letter)) {
    return fail(ErrorCode::kInvalidInput, "an HTTP method is a word in capitals, as POST");
  }
  const auto visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; };
  if (!path.starts_with('/') || !std::all_of(path.begin(), path.end(), visible)) {
    return fail(ErrorCode::kInvalidInput,
                "an HTTP path begins with '/' and holds no blanks or control characters");
  }
  constexpr std::array<std::string_view, 3> kOurs{"content-length", "transfer-encoding",
                                                  "connection"};
  for (const Header& header : headers) {
    // The value may be a key: only the name is repeated.
    if (!valid_header(header.name, header.value)) {
      return fail(ErrorCode::kInvalidInput,
                  "header " + json_string(header.name) +
                      " is not valid: a name is a token, and a value holds no line ends");
    }
    const std::string name = to_lower(header.name);
    if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end()) {
      return fail(ErrorCode::kInvalidInput,
                  "header '" + header.name + "' is set by the client itself; leave it out");
    }
  }
  return {};
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

Result<std::string> format_request(std::string_view method, const Url& url, std::string_view path,
                                   std::span<const Header> headers, std::string_view body,
                                   bool keep_alive) {
  if (auto good = check_request(method, path, headers); !good) {
    return std::unexpected(good.error());
  }
  std::string out;
  out.reserve(256 + body.size());
  out += method;
  out += ' ';
  out += url.base_path;
  out += path;
  out += " HTTP/1.1\r\n";
  if (find_header(headers, "host").empty()) append_header(out, "Host", url.host_header());
  for (const Header& header : headers) append_header(out, header.name, header.value);
  if (!body.empty() || method == "POST" || method == "PUT") {
    append_header(out, "Content-Length", std::to_string(body.size()));
  }
  if (!keep_alive) append_header(out, "Connection", "close");
  out += "\r\n";
  out += body;
  return out;
}

// --- Answers -------------------------------------------------------------------------------------

struct ResponseParser::Impl {
  Impl() {
    llhttp_init(&parser, HTTP_RESPONSE, &settings());
    parser.data = this;
  }
  static Impl& of(llhttp_t* p) { return *static_cast<Impl*>(p->data); }
  static const llhttp_settings_t& settings();
  static int headers_complete(llhttp_t* p);
  static int message_complete(llhttp_t* p);
  ParseState conclude(llhttp_errno_t code);

  llhttp_t parser;
  ResponseSink* sink = nullptr;  // while feed() or finish() runs
  ResponseHead head;
  HeadCollector collector;
  bool head_only = false;
  bool interim = false;  // a 1xx answer is being read
  bool has_head = false;
  bool keep_alive = false;
  bool truncated = false;
  ParseState state = ParseState::kMore;
  std::string error;
};

const llhttp_settings_t& ResponseParser::Impl::settings() {
  static const llhttp_settings_t kSettings = [] {
    llhttp_settings_t s;
    llhttp_settings_init(&s);
    s.on_status = [](llhttp_t* p, const char*, std::size_t size) {
      return of(p).collector.count(size) ? 0 : refuse(p, kHeadTooLarge);
    };
    s.on_header_field = [](llhttp_t* p, const char* at, std::size_t size) {
      Impl& me = of(p);
      return me.collector.name(me.head.headers, {at, size}) ? 0 : refuse(p, kHeadTooLarge);
    };
    s.on_header_value = [](llhttp_t* p, const char* at, std::size_t size) {
      Impl& me = of(p);
      return me.collector.value(me.head.headers, {at, size}) ? 0 : refuse(p, kHeadTooLarge);
    };
    s.on_header_value_complete = [](llhttp_t* p) {
      of(p).collector.value_end(of(p).head.headers);
      return 0;
    };
    s.on_headers_complete = headers_complete;
    s.on_body = [](llhttp_t* p, const char* at, std::size_t size) {
      of(p).sink->on_body({at, size});
      return 0;
    };
    s.on_message_complete = message_complete;
    return s;
  }();
  return kSettings;
}

int ResponseParser::Impl::headers_complete(llhttp_t* p) {
  Impl& me = of(p);
  me.head.status = llhttp_get_status_code(p);
  if (me.head.status == 101) return refuse(p, "the server switched to another protocol, unasked");
  if (me.head.status < 100 || me.head.status > 599) return refuse(p, "the status is out of range");
  me.interim = me.head.status < 200;
  if (me.interim) return 1;  // it has no body, whatever its headers say
  me.collector.close();
  me.has_head = true;
  me.sink->on_head(me.head);
  return me.head_only ? 1 : 0;
}

int ResponseParser::Impl::message_complete(llhttp_t* p) {
  Impl& me = of(p);
  if (me.interim) {
    me.head = {};
    me.collector.reset();
    return 0;
  }
  me.state = ParseState::kDone;
  me.keep_alive = llhttp_should_keep_alive(p) != 0;
  return HPE_PAUSED;  // bytes after the answer are not ours to read
}

ParseState ResponseParser::Impl::conclude(llhttp_errno_t code) {
  sink = nullptr;
  if (state == ParseState::kDone || code == HPE_OK) return state;
  state = ParseState::kError;
  const char* reason = llhttp_get_error_reason(&parser);
  error = "the answer is not valid HTTP/1.1: ";
  error += reason != nullptr && *reason != '\0' ? reason : llhttp_errno_name(code);
  return state;
}

ResponseParser::ResponseParser() : impl_(std::make_unique<Impl>()) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

ParseState ResponseParser::feed(std::string_view bytes, ResponseSink& sink) {
  Impl& me = *impl_;
  if (me.state != ParseState::kMore) {
    if (!bytes.empty()) me.keep_alive = false;
    return me.state;
  }
  me.sink = &sink;
  const llhttp_errno_t code = llhttp_execute(&me.parser, bytes.data(), bytes.size());
  if (me.state == ParseState::kDone && code == HPE_PAUSED &&
      llhttp_get_error_pos(&me.parser) != bytes.data() + bytes.size()) {
    me.keep_alive = false;  // the server says more than it was asked
  }
  return me.conclude(code);
}

ParseState ResponseParser::finish(ResponseSink& sink) {
  Impl& me = *impl_;
  if (me.state != ParseState::kMore) {
    me.keep_alive = false;
    return me.state;
  }
  me.sink = &sink;
  llhttp_finish(&me.parser);
  me.sink = nullptr;
  me.keep_alive = false;
  if (me.state == ParseState::kDone) return me.state;
  me.state = ParseState::kError;
  me.truncated = true;
  me.error = me.has_head ? "the connection was closed before the answer's end"
                         : "the connection was closed before an answer came";
  return me.state;
}

void ResponseParser::reset(bool head_only) {
  Impl& me = *impl_;
  llhttp_init(&me.parser, HTTP_RESPONSE, &Impl::settings());
  me.parser.data = &me;
  me.head.status = 0;
  me.head.headers.clear();
  me.collector.reset();
  me.head_only = head_only;
  me.interim = me.has_head = me.keep_alive = me.truncated = false;
  me.state = ParseState::kMore;
  me.error.clear();
}

const ResponseHead& ResponseParser::head() const { return impl_->head; }
bool ResponseParser::has_head() const { return impl_->has_head; }
bool ResponseParser::keep_alive() const {
  return impl_->state == ParseState::kDone && impl_->keep_alive;
}
std::string_view ResponseParser::error() const { return impl_->error; }
bool ResponseParser::truncated() const { return impl_->truncated; }

}  // namespace tt::net
