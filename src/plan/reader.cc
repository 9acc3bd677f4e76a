#include "plan/reader.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/check.h"

namespace tt::plan {
namespace {

bool is_plain(const YamlNode& node) { return node.kind == YamlNode::Kind::kText && !node.quoted; }

template <class T>
void read_whole_number(const Value& value, T& out) {
  const auto number = is_plain(value.node) ? parse_whole(value.node.text) : std::nullopt;
  if (number && *number <= std::numeric_limits<T>::max()) {
    out = static_cast<T>(*number);
    return;
  }
  value.fault(fmt::format("must be a whole number from 0 to {}, not {}",
                          std::numeric_limits<T>::max(), describe(value.node)));
}

std::string unknown_key(std::string_view key, std::span<const std::string_view> known,
                        std::span<const std::string> all_keys) {
  const std::string* home = nullptr;  // the place nearest to the top
  for (const auto& path : all_keys) {
    if (path.substr(path.rfind('.') + 1) != key) continue;
    if (home == nullptr || std::ranges::count(path, '.') < std::ranges::count(*home, '.')) {
      home = &path;
    }
  }
  if (home != nullptr) {
    const auto dot = home->rfind('.');
    return dot == std::string::npos ? "belongs at the top of the file"
                                    : fmt::format("belongs into {}", home->substr(0, dot));
  }
  const auto near = nearest_word(key, known);
  if (!near.empty()) return fmt::format("is not known here; did you mean {}?", near);
  return fmt::format("is not known here; the keys are {}", fmt::join(known, ", "));
}

}  // namespace

void PlanReader::fault(const YamlNode& at, std::string_view path, std::string message) {
  auto text = path.empty() ? std::move(message) : fmt::format("{}: {}", path, message);
  auto source = fmt::format("{}:{}:{}", name_, at.line, at.column);
  faults_.push_back(
      {{at.line, at.column}, {ErrorCode::kInvalidInput, std::move(text), std::move(source)}});
  faulty_.emplace(path);
}

void PlanReader::fault_at_path(const Error& fault) {
  if (faulty_.contains(fault.source)) return;
  // The field itself, else the nearest section around it that stands in the file.
  std::string_view path = fault.source;
  auto found = places_.find(path);
  while (found == places_.end() && !path.empty()) {
    const auto cut = path.find_last_of(".[");
    path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
    found = places_.find(path);
  }
  YamlNode at;
  if (found != places_.end()) {
    at.line = found->second.line;
    at.column = found->second.column;
  }
  this->fault(at, fault.source, fault.message);
}

void PlanReader::remember(const std::string& path, const YamlNode& at) {
  places_.try_emplace(path, Place{at.line, at.column});
}

std::vector<Error> PlanReader::take_faults() {
  std::ranges::stable_sort(faults_, [](const Found& a, const Found& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  std::vector<Error> errors;
  for (auto& found : faults_) errors.push_back(std::move(found.error));
  faults_.clear();
  return errors;
}

void read_text(const Value& value, std::string& out) {
  if (value.node.kind == YamlNode::Kind::kText) {
    out = value.node.text;
  } else {
    value.fault(fmt::format("must be a text, not {}", describe(value.node)));
  }
}

void read_truth(const Value& value, bool& out) {
  if (is_plain(value.node) && (value.node.text == "true" || value.node.text == "false")) {
    out = value.node.text == "true";
  } else {
    value.fault(fmt::format("must be true or false, not {}", describe(value.node)));
  }
}

void read_number(const Value& value, double& out) {
  const auto number = is_plain(value.node) ? parse_number(value.node.text) : std::nullopt;
  if (number) {
    out = *number;
  } else {
    value.fault(fmt::format("must be a number, not {}", describe(value.node)));
  }
}

void read_duration(const Value& value, Nanos& out) {
  if (value.node.kind == YamlNode::Kind::kText) {
    if (const auto duration = parse_duration(value.node.text)) {
      out = *duration;
      return;
    }
  }
  value.fault(
      fmt::format("must be a duration such as 500ms, 60s or 2m, not {}", describe(value.node)));
}

void read_whole(const Value& value, std::uint64_t& out) { read_whole_number(value, out); }
void read_whole(const Value& value, std::uint32_t& out) { read_whole_number(value, out); }

void walk_map(const Value& value, std::span<const std::string_view> known,
              void (*found)(void* context, std::size_t field, const Value& value), void* context) {
  const auto& map = value.node;
  if (map.kind != YamlNode::Kind::kMap) {
    value.fault(fmt::format("must be a map with the keys {}, not {}", fmt::join(known, ", "),
                            describe(map)));
    return;
  }
  std::vector<const YamlNode*> seen(known.size());
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const auto& key = map.keys[i];
    const auto inner = value.path.empty() ? key.text : value.path + "." + key.text;
    if (key.kind != YamlNode::Kind::kText) {
      value.reader.fault(key, value.path, fmt::format("has {} as a key", describe(key)));
      continue;
    }
    const auto at = std::ranges::find(known, std::string_view(key.text));
    if (at == known.end()) {
      const bool secret = names_a_secret(key.text);
      value.reader.fault(key, inner,
                         secret ? std::string(kSecretAdvice)
                                : unknown_key(key.text, known, value.reader.all_keys()));
      continue;
    }
    const auto field = static_cast<std::size_t>(at - known.begin());
    if (seen[field] != nullptr) {
      value.reader.fault(key, inner,
                         fmt::format("stands here twice; first in line {}", seen[field]->line));
      continue;
    }
    seen[field] = &key;
    value.reader.remember(inner, map.items[i]);
    found(context, field, value.at(map.items[i], inner));
  }
}

}  // namespace tt::plan
