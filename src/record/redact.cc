#include "record/redact.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace tt::record {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kShortestSecret = 4;

bool looks_secret(std::string_view parameter) {
  constexpr std::array<std::string_view, 8> kWords = {"key",       "token", "secret", "password",
                                                      "signature", "auth",  "sig",    "credential"};
  const std::string name = to_lower(parameter);
  return std::ranges::any_of(kWords,
                             [&](auto word) { return name.find(word) != std::string::npos; });
}

// "a=1&api_key=2" -> "a=1&api_key=***"
std::string redact_query(std::string_view query) {
  std::string out;
  bool first = true;
  for (const std::string_view parameter : split(query, '&')) {
    if (!first) out += '&';
    first = false;
    const auto equals = parameter.find('=');
    if (equals != std::string_view::npos && looks_secret(parameter.substr(0, equals))) {
      out += parameter.substr(0, equals + 1);
      out += kMask;
    } else {
      out += parameter;
    }
  }
  return out;
}

std::string json_inside(std::string_view text) {
  std::string out;
  append_json_escaped(out, text);
  return out;
}

}  // namespace

std::string redact_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto authority = scheme + 3;
  const auto authority_end = std::min(url.find_first_of("/?#", authority), url.size());
  const std::string_view host_part = url.substr(authority, authority_end - authority);

  std::string out(url.substr(0, authority));
  const auto at = host_part.rfind('@');
  if (at == std::string_view::npos) {
    out += host_part;
  } else {
    out += kMask;
    out += host_part.substr(at);
  }

  const std::string_view rest = url.substr(authority_end);
  const auto fragment = std::min(rest.find('#'), rest.size());
  const auto query = rest.substr(0, fragment).find('?');
  if (query == std::string_view::npos) return out.append(rest);
  out += rest.substr(0, query + 1);
  out += redact_query(rest.substr(query + 1, fragment - query - 1));
  out += rest.substr(fragment);
  return out;
}

void Redactor::add_secret(std::string value) {
  if (value.size() < kShortestSecret) return;
  std::string escaped = json_inside(value);
  if (escaped != value) secrets_.push_back(std::move(escaped));
  secrets_.push_back(std::move(value));
  std::ranges::sort(secrets_, std::ranges::greater{}, &std::string::size);
}

bool Redactor::clean(std::string& text) const {
  bool found = false;
  for (const std::string& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), kMask);
      at += kMask.size();
      found = true;
    }
  }
  return found;
}

std::string Redactor::cleaned(std::string text) const {
  clean(text);
  return text;
}

}  // namespace tt::record
