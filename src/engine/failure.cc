#include "engine/failure.h"

#include <array>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "engine/json_text.h"
#include "engine/protocol.h"

namespace tt::engine {
namespace {

namespace dom = simdjson::dom;

// Error bodies are short; more than this is somebody's web page.
constexpr std::size_t kMaxErrorBody = 64 * 1024;

std::string_view string_at(dom::element object, std::string_view name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) return {};
  return text;
}

bool says_429(dom::element object) {
  for (const std::string_view name : {"code", "http_status_code", "status_code"}) {
    std::int64_t code = 0;
    if (object[name].get(code) == simdjson::SUCCESS && code == 429) return true;
    if (string_at(object, name) == "429") return true;
  }
  return false;
}

// Words by which engines say that they have too much to do.
bool sounds_overloaded(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords = {
      "overloaded", "queue is full", "maximum pending requests", "too many requests", "rate limit",
      "rate_limit", "server busy"};
  const std::string lower = to_lower(text.substr(0, 2000));
  for (const auto word : kWords) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

// One entry of FastAPI's list: "body.max_tokens: Input should be a valid integer".
void append_fastapi_item(std::string& out, dom::element item) {
  const std::string_view message = string_at(item, "msg");
  if (message.empty()) return;
  if (!out.empty()) out += "; ";
  std::string place;
  dom::array parts;
  if (item["loc"].get(parts) == simdjson::SUCCESS) {
    for (const dom::element part : parts) {
      if (!place.empty()) place += '.';
      std::string_view name;
      std::int64_t index = 0;
      if (part.get(name) == simdjson::SUCCESS) place += name;
      if (part.get(index) == simdjson::SUCCESS) place += std::to_string(index);
    }
  }
  out += place;
  if (!place.empty()) out += ": ";
  out += message;
}

std::string detail_words(dom::element detail) {
  std::string_view text;
  if (detail.get(text) == simdjson::SUCCESS) return std::string(text);
  std::string out;
  dom::array items;
  if (detail.get(items) == simdjson::SUCCESS) {
    for (const dom::element item : items) {
      append_fastapi_item(out, item);
      if (out.size() > 1000) break;
    }
    return out;
  }
  for (const std::string_view name : {"message", "error", "msg"}) {
    if (text = string_at(detail, name); !text.empty()) return std::string(text);
  }
  return out;
}

// The message of a parsed body, and whether it speaks of overload.
ErrorWords words_of(dom::element root) {
  ErrorWords words;
  std::string_view text;
  if (root.get(text) == simdjson::SUCCESS) {
    words.message = text;
    return words;
  }
  dom::element error;
  dom::element inner = root;
  if (root["error"].get(error) == simdjson::SUCCESS && !error.is_null()) {
    inner = error;
    if (error.get(text) == simdjson::SUCCESS) {
      words.message = text;
      inner = root;
    }
  }
  if (words.message.empty()) words.message = string_at(inner, "message");
  dom::element detail;
  if (words.message.empty() && root["detail"].get(detail) == simdjson::SUCCESS) {
    words.message = detail_words(detail);
  }
  words.overloaded = says_429(inner);
  for (const std::string_view name : {"type", "error_type", "code"}) {
    const std::string_view kind = string_at(inner, name);
    words.overloaded = words.overloaded || sounds_overloaded(kind);
    // Better a bare kind than nothing.
    if (words.message.empty()) words.message = kind;
  }
  return words;
}

// What a body that is not JSON says: an HTML page's title, else its text.
std::string_view plain_words(std::string_view body) {
  const auto open = body.find("<title>");
  const auto close = body.find("</title>");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return body;
  return body.substr(open + 7, close - open - 7);
}

}  // namespace

ErrorWords read_error_words(std::string_view body) {
  body = body.substr(0, kMaxErrorBody);
  ErrorWords words;
  if (body.empty()) return words;
  dom::parser parser;
  dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) == simdjson::SUCCESS) words = words_of(root);
  words.message = clip_words(words.message.empty() ? plain_words(body) : words.message);
  words.overloaded = words.overloaded || sounds_overloaded(words.message);
  return words;
}

HttpFailure read_http_failure(int http_code, std::string_view body) {
  ErrorWords words = read_error_words(body);
  HttpFailure failure{Status::kHttpClientError, std::move(words.message)};
  if (http_code == 429 || words.overloaded) {
    failure.status = Status::kOverloaded;
  } else if (http_code >= 500) {
    failure.status = Status::kHttpServerError;
  }
  if (failure.message.empty())
    failure.message = fmt::format("HTTP {} without a message", http_code);
  return failure;
}

}  // namespace tt::engine
