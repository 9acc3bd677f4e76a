// A call of the API as plain values: what was asked, and what is answered. Handlers know nothing of
// sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tt::serve {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kDelete, kOther };
std::string_view method_name(Method method);  // "GET"; kOther: "?"

/// "/api/v1/runs/a%20b?tag=x&tag=y" taken apart and decoded. Segments have no '/', '\', NUL or
/// control characters and are neither "." nor "..".
struct Target {
  std::vector<std::string> segments;
  std::map<std::string, std::vector<std::string>, std::less<>> query;

  /// The last value of a query's name; nullopt where it is not there.
  std::optional<std::string_view> value(std::string_view name) const;
  /// Every value of it, split at commas: "runs=a,b&runs=c" gives three. Empty ones are left out.
  std::vector<std::string> list(std::string_view name) const;
};
/// Of a request line. kInvalidInput for anything but a plain path, and for escapes that are none.
Result<Target> parse_target(std::string_view text);

struct Request {
  Method method = Method::kGet;
  Target target;
  /// Names in small letters; of several of one name the last.
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;
  /// What stands in the route's pattern for {name}.
  std::map<std::string, std::string, std::less<>> parts;

  /// Empty where there is none.
  std::string_view header(std::string_view name) const;
  const std::string& part(std::string_view name) const { return parts.find(name)->second; }
};

struct Reply {
  unsigned status = 200;
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// In place of the body: bytes that live as long as the program, or a file's path.
  std::string_view fixed;
  std::string file;
  /// Lives until the answer is sent: what takes the file away again.
  std::shared_ptr<const void> held = {};
};

/// What is wrong, as every answer says it: {"code", "message", "remedy"}.
struct Problem {
  unsigned status = 400;
  std::string code;  // "not_found": stable
  std::string message;
  std::string remedy;
};
Reply reply_of(const Problem& problem);
/// Likewise; the status comes from the code. Errors of the libraries say in their message what to
/// do; `remedy` is for what only the caller knows.
Reply reply_of(const Error& error, std::string_view remedy = {});

Reply json_reply(std::string json);
/// To be saved under this name, which is made safe for a header.
Reply download(std::string bytes, std::string_view type, std::string_view name);

/// Takes the body of an upload, piece by piece, on a thread of the pool. Destroyed without finish()
/// where the sender went away.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual Result<void> write(std::string_view bytes) = 0;
  virtual Reply finish() = 0;
};

/// Values in the "; "-separated list of a Cookie header; empty where the name is not there.
std::string_view cookie_value(std::string_view header, std::string_view name);

}  // namespace tt::serve
