#include "engine/json_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"

namespace tt::engine {
namespace {

constexpr std::uint32_t kReplacement = 0xfffd;

// The value of four hex digits at `at`, or nullopt.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    value <<= 4;
    if (c >= '0' && c <= '9') {
      value |= static_cast<std::uint32_t>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      value |= static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// Decodes the \u escape whose digits begin at `at`; returns the offset after it (and after the low
// half of a pair).
std::size_t append_unicode_escape(std::string& out, std::string_view body, std::size_t at) {
  const std::uint32_t code = hex4(body, at).value_or(kReplacement);
  at += 4;
  if (code < 0xd800 || code > 0xdfff) {
    append_utf8(out, code);
    return at;
  }
  if (code < 0xdc00 && body.substr(std::min(at, body.size()), 2) == "\\u") {
    const auto low = hex4(body, at + 2);
    if (low && *low >= 0xdc00 && *low <= 0xdfff) {
      append_utf8(out, 0x10000 + ((code - 0xd800) << 10) + (*low - 0xdc00));
      return at + 6;
    }
  }
  append_utf8(out, kReplacement);
  return at;
}

char simple_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

std::vector<std::pair<std::string, std::string>> members_of(std::string_view members) {
  std::vector<std::pair<std::string, std::string>> out;
  const simdjson::padded_string json(fmt::format("{{{}}}", members));
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(json).get(document) != simdjson::SUCCESS) return out;
  if (document.get_object().get(object) != simdjson::SUCCESS) return out;
  for (auto result : object) {
    simdjson::ondemand::field field;
    std::string_view name;
    std::string_view value;
    if (std::move(result).get(field) != simdjson::SUCCESS) break;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS) break;
    std::string kept(name);
    simdjson::ondemand::value held = field.value();
    if (simdjson::to_json_string(held).get(value) != simdjson::SUCCESS) break;
    out.emplace_back(std::move(kept), trim(value));
  }
  return out;
}

}  // namespace

bool valid_string_body(std::string_view body) {
  bool ascii = true;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const auto c = static_cast<unsigned char>(body[i]);
    if (c == '"' || c < 0x20) return false;
    if (c >= 0x80) ascii = false;
    if (c != '\\') continue;
    if (++i == body.size()) return false;
    if (body[i] == 'u') {
      if (!hex4(body, i + 1)) return false;
      i += 4;
    } else if (std::string_view("\"\\/bfnrt").find(body[i]) == std::string_view::npos) {
      return false;
    }
  }
  return ascii || simdjson::validate_utf8(body);
}

void append_unescaped(std::string& out, std::string_view body) {
  for (;;) {
    const auto escape = body.find('\\');
    out += body.substr(0, escape);
    if (escape == std::string_view::npos || escape + 1 >= body.size()) return;
    const char c = body[escape + 1];
    if (c == 'u') {
      const std::size_t next = append_unicode_escape(out, body, escape + 2);
      body.remove_prefix(std::min(next, body.size()));
    } else {
      out += simple_escape(c);
      body.remove_prefix(escape + 2);
    }
  }
}

std::string clip_words(std::string_view text, std::size_t limit) {
  std::string out;
  if (text.empty()) return out;
  const bool utf8 = simdjson::validate_utf8(text);
  for (const char c : trim(text)) {
    const auto byte = static_cast<unsigned char>(c);
    // One more than the limit, to know that something was cut.
    if (out.size() > limit) break;
    if (byte <= 0x20 || byte == 0x7f) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += byte >= 0x80 && !utf8 ? '?' : c;
    }
  }
  if (out.size() <= limit) return out;
  std::size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xc0) == 0x80) --cut;
  out.resize(cut);
  return out + "...";
}

ObjectWriter::ObjectWriter(std::string& out, std::string_view more) : out_(out) {
  if (!trim(more).empty()) more_ = members_of(more);
  out_ += '{';
}

bool ObjectWriter::open_member(std::string_view name) {
  if (std::ranges::any_of(more_, [&](const auto& m) { return m.first == name; })) return false;
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  append_json_escaped(out_, name);
  out_ += "\":";
  return true;
}

ObjectWriter& ObjectWriter::text(std::string_view name, std::string_view value) {
  if (!open_member(name)) return *this;
  out_ += '"';
  append_json_escaped(out_, value);
  out_ += '"';
  return *this;
}

ObjectWriter& ObjectWriter::number(std::string_view name, std::int64_t value) {
  if (open_member(name)) fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

ObjectWriter& ObjectWriter::number(std::string_view name, double value) {
  if (open_member(name))
    fmt::format_to(std::back_inserter(out_), "{}", std::isfinite(value) ? value : 0.0);
  return *this;
}

ObjectWriter& ObjectWriter::flag(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

ObjectWriter& ObjectWriter::raw(std::string_view name, std::string_view json) {
  if (open_member(name)) out_ += json;
  return *this;
}

std::string ObjectWriter::take(std::string_view name) {
  const auto at = std::ranges::find_if(more_, [&](const auto& m) { return m.first == name; });
  if (at == more_.end() || !at->second.starts_with('{')) return {};
  std::string inner = at->second.substr(1, at->second.size() - 2);
  more_.erase(at);
  return inner;
}

void ObjectWriter::close() {
  const auto more = std::exchange(more_, {});
  for (const auto& [name, json] : more) raw(name, json);
  out_ += '}';
}

}  // namespace tt::engine
