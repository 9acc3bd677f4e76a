#include "plan/foreign_reader.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tt::plan {
void ForeignNotes::warn(const YamlNode& at, std::string_view path, std::string_view message) {
  warnings_.push_back(fmt::format("{}:{}:{}: {}: {}", name_, at.line, at.column, path, message));
}

void ForeignNotes::fault(const YamlNode& at, std::string_view path, std::string message) {
  faults_.push_back({ErrorCode::kInvalidInput, fmt::format("{}: {}", path, message),
                     fmt::format("{}:{}:{}", name_, at.line, at.column)});
}

ForeignMap::ForeignMap(ForeignNotes& notes, const YamlNode* node, std::string path)
    : notes_(notes), node_(node), path_(std::move(path)) {
  if (node_ == nullptr || node_->kind == YamlNode::Kind::kMap) return;
  notes_.fault(*node_, path_, fmt::format("must be a map, not {}", describe(*node_)));
  node_ = nullptr;
}

ForeignMap::~ForeignMap() {
  if (node_ == nullptr) return;
  std::set<std::string_view> seen;
  for (const auto& key : node_->keys) {
    if (!seen.insert(key.text).second) {
      notes_.warn(key, path_of(key.text), "stands here twice; the first one counts");
    } else if (!taken_.contains(key.text)) {
      notes_.warn(key, path_of(key.text), "is not known here and changes nothing");
    }
  }
}

std::string ForeignMap::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const YamlNode* ForeignMap::take(std::string_view key) {
  if (node_ == nullptr) return nullptr;
  taken_.emplace(key);
  for (std::size_t i = 0; i < node_->keys.size(); ++i) {
    if (node_->keys[i].text != key) continue;
    return node_->items[i].kind == YamlNode::Kind::kNull ? nullptr : &node_->items[i];
  }
  return nullptr;
}

std::optional<std::string> ForeignMap::text(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind == YamlNode::Kind::kText) return node->text;
  notes_.fault(*node, path_of(key), fmt::format("must be a text, not {}", describe(*node)));
  return std::nullopt;
}

std::optional<double> ForeignMap::number(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  const auto value = parse_number(node->text);
  if (value) return value;
  notes_.fault(*node, path_of(key), fmt::format("must be a number, not {}", describe(*node)));
  return std::nullopt;
}

std::optional<std::uint64_t> ForeignMap::whole(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  constexpr std::uint64_t kMost = 1'000'000'000;
  const auto value = parse_whole(node->text);
  if (value && *value <= kMost) return value;
  notes_.fault(*node, path_of(key), fmt::format("must be a whole number, not {}", describe(*node)));
  return std::nullopt;
}

std::optional<bool> ForeignMap::truth(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  const auto word = to_lower(node->text);
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  notes_.fault(*node, path_of(key), fmt::format("must be true or false, not {}", describe(*node)));
  return std::nullopt;
}

std::optional<Nanos> ForeignMap::duration(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  if (const auto time = parse_duration(node->text)) return *time;
  notes_.fault(*node, path_of(key),
               fmt::format("must be seconds, or a duration such as 60s, not {}", describe(*node)));
  return std::nullopt;
}

std::vector<const YamlNode*> ForeignMap::list(std::string_view key) {
  const auto* node = take(key);
  std::vector<const YamlNode*> items;
  if (node == nullptr) return items;
  if (node->kind != YamlNode::Kind::kList) {
    notes_.fault(*node, path_of(key), fmt::format("must be a list, not {}", describe(*node)));
    return items;
  }
  for (const auto& item : node->items) items.push_back(&item);
  return items;
}

void ForeignMap::refuse(std::string_view key, std::string_view why) {
  if (const auto* node = take(key)) notes_.warn(*node, path_of(key), why);
}

std::string name_from(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string name;
  for (const char c : text.substr(0, kLongest)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    if (good) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  while (!name.empty() && (name[0] == '.' || name[0] == '-')) name.erase(0, 1);
  return name.empty() ? "run" : name;
}

}  // namespace tt::plan
