// A YAML document as a small tree of our own: with places, with every duplicate key still there,
// aliases already expanded, and no larger than its limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tt::plan {

struct YamlNode {
  enum class Kind { kNull, kText, kList, kMap };
  Kind kind = Kind::kNull;
  bool quoted = false;  // kText: written in quotes, so never a number or a truth value
  int line = 1;         // from 1, as editors count
  int column = 1;
  std::string text;             // kText
  std::vector<YamlNode> keys;   // kMap: beside items
  std::vector<YamlNode> items;  // kList, kMap
};

/// "a list", "a map", "nothing", "'word'": for messages.
std::string describe(const YamlNode& node);

/// Limits of read_yaml: a plan is written by hand, so all of them are far above need.
inline constexpr std::size_t kMaxYamlBytes = 1 << 20;
inline constexpr std::size_t kMaxYamlNodes = 100'000;  // after aliases are expanded
inline constexpr int kMaxYamlDepth = 32;

/// A file's text, cut after a byte more than read_yaml takes. kNotFound, kIo.
Result<std::string> read_yaml_file(const std::string& path);

/// Reads one document. An empty text is a kNull node. The fault's source is "name:line:column".
Result<YamlNode> read_yaml(std::string_view text, std::string_view name);

}  // namespace tt::plan
