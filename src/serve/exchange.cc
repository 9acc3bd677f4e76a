#include "serve/exchange.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostSegments = 16;
constexpr std::size_t kMostParameters = 256;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_safe_segment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && !has_control(text) &&
         text.find_first_of("/\\") == std::string_view::npos;
}

std::unexpected<Error> no_path() {
  return fail(ErrorCode::kInvalidInput, "the path of the request cannot be understood");
}

Result<void> read_query(std::string_view text, Target& target) {
  std::size_t count = 0;
  for (const auto pair : split(text, '&')) {
    if (pair.empty()) continue;
    if (++count > kMostParameters) {
      return fail(ErrorCode::kInvalidInput, "the query of the request has too many parameters");
    }
    const auto equals = pair.find('=');
    const auto name = decoded(pair.substr(0, equals), true);
    const auto value = decoded(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value || value->find('\0') != std::string::npos) {
      return fail(ErrorCode::kInvalidInput, "the query of the request cannot be understood");
    }
    target.query[*name].push_back(*value);
  }
  return {};
}

struct Answer {
  ErrorCode code;
  unsigned status;
};
constexpr std::array<Answer, 9> kAnswers = {{{ErrorCode::kInvalidInput, 400},
                                             {ErrorCode::kNotFound, 404},
                                             {ErrorCode::kAlreadyExists, 409},
                                             {ErrorCode::kIo, 500},
                                             {ErrorCode::kNetwork, 502},
                                             {ErrorCode::kProtocol, 502},
                                             {ErrorCode::kUnavailable, 409},
                                             {ErrorCode::kCancelled, 503},
                                             {ErrorCode::kInternal, 500}}};

std::string_view usual_remedy(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
      return "Correct what the message names; /api/docs says what may stand there.";
    case ErrorCode::kNotFound:
      return "GET /api/v1/runs lists the runs that there are.";
    case ErrorCode::kAlreadyExists:
      return "Take another name, or remove what is there.";
    case ErrorCode::kUnavailable:
      return "The message says what stands in the way; try again once it is gone.";
    case ErrorCode::kCancelled:
      return "Ask for less, or try again.";
    case ErrorCode::kIo:
      return "Mend what the message names, then try again; what was stored before is kept.";
    default:
      return "See the message; the program that serves this page says more where it was started.";
  }
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kOther:
      break;
  }
  return "?";
}

std::optional<std::string_view> Target::value(std::string_view name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Target::list(std::string_view name) const {
  std::vector<std::string> all;
  const auto found = query.find(name);
  if (found == query.end()) return all;
  for (const auto& value : found->second) {
    for (const auto one : split(value, ',')) {
      if (!trim(one).empty()) all.emplace_back(trim(one));
    }
  }
  return all;
}

Result<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/')) return no_path();
  Target target;
  const auto mark = text.find('?');
  const auto path = text.substr(1, mark == std::string_view::npos ? mark : mark - 1);
  if (!path.empty()) {
    for (const auto part : split(path, '/')) {
      auto segment = decoded(part, false);
      if (!segment || !is_safe_segment(*segment)) return no_path();
      target.segments.push_back(std::move(*segment));
      if (target.segments.size() > kMostSegments) return no_path();
    }
  }
  if (mark != std::string_view::npos) {
    if (auto read = read_query(text.substr(mark + 1), target); !read) {
      return std::unexpected(read.error());
    }
  }
  return target;
}

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Reply reply_of(const Problem& problem) {
  return {.status = problem.status,
          .body = fmt::format("{{\"code\": {}, \"message\": {}, \"remedy\": {}}}\n",
                              json_string(problem.code), json_string(problem.message),
                              json_string(problem.remedy))};
}

Reply reply_of(const Error& error, std::string_view remedy) {
  const auto found = std::ranges::find(kAnswers, error.code, &Answer::code);
  return reply_of(
      Problem{.status = found->status,
              .code = std::string(error_code_name(error.code)),
              .message = error.text(),
              .remedy = std::string(remedy.empty() ? usual_remedy(error.code) : remedy)});
}

Reply json_reply(std::string json) { return {.body = std::move(json)}; }

Reply download(std::string bytes, std::string_view type, std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '+';
    safe += plain ? c : '_';
  }
  Reply reply{.type = std::string(type), .body = std::move(bytes)};
  reply.headers.emplace_back("Content-Disposition",
                             fmt::format("attachment; filename=\"{}\"", safe));
  return reply;
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  for (const auto part : split(header, ';')) {
    const auto pair = trim(part);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return {};
}

}  // namespace tt::serve
