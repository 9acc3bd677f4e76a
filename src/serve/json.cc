#include "serve/json.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::serve {
namespace {

std::unexpected<Error> wrong(std::string_view member, std::string_view type) {
  return fail(ErrorCode::kInvalidInput, fmt::format("\"{}\" must be {}", member, type));
}

const Json* find(const Json& object, std::string_view member) {
  const auto found = object.find(std::string(member));
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

constexpr std::size_t kDeepest = 64;

// Whether brackets outside of texts ever stand more than kDeepest deep.
bool is_deep(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> parsed(std::string_view text) {
  if (is_deep(text)) return std::nullopt;
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

Result<Json> object_of(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return Json::object();
  if (is_deep(body)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the body is nested deeper than {} levels", kDeepest));
  }
  auto json = parsed(body);
  if (!json) return fail(ErrorCode::kInvalidInput, "the body is not JSON");
  if (!json->is_object()) return fail(ErrorCode::kInvalidInput, "the body must be a JSON object");
  return std::move(*json);
}

Result<std::string> string_of(const Json& object, std::string_view member, std::string otherwise) {
  const auto* value = find(object, member);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) return wrong(member, "a text");
  return value->get<std::string>();
}

Result<double> number_of(const Json& object, std::string_view member, double otherwise) {
  const auto* value = find(object, member);
  if (value == nullptr) return otherwise;
  if (!value->is_number()) return wrong(member, "a number");
  return value->get<double>();
}

Result<bool> flag_of(const Json& object, std::string_view member, bool otherwise) {
  const auto* value = find(object, member);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) return wrong(member, "true or false");
  return value->get<bool>();
}

Result<std::vector<std::string>> strings_of(const Json& object, std::string_view member) {
  std::vector<std::string> all;
  const auto* value = find(object, member);
  if (value == nullptr) return all;
  if (!value->is_array()) return wrong(member, "a list of texts");
  for (const auto& one : *value) {
    if (!one.is_string()) return wrong(member, "a list of texts");
    all.push_back(one.get<std::string>());
  }
  return all;
}

Json fault_value(const Error& fault) {
  std::array<std::uint64_t, 2> at = {0, 0};
  const auto parts = split(fault.source, ':');
  if (parts.size() >= 3) {
    const auto line = parse_whole(parts[parts.size() - 2]);
    const auto column = parse_whole(parts.back());
    if (line && column) at = {*line, *column};
  } else if (parts.size() == 2) {
    at[0] = parse_whole(parts.back()).value_or(0);
  }
  return {{"place", fault.source}, {"line", at[0]}, {"column", at[1]}, {"message", fault.message}};
}

}  // namespace tt::serve
