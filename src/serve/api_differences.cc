// In what the settings of runs differ.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "plan/yaml_tree.h"
#include "record/file.h"
#include "serve/api.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostRuns = 5;

using Settings = std::map<std::string, std::string>;

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

// A list's items by their name where they have one: targets keep theirs wherever they stand.
std::string item_name(const plan::YamlNode& item, std::size_t place) {
  for (std::size_t i = 0; i < item.keys.size(); ++i) {
    if (item.keys[i].text == "name") return item.items[i].text;
  }
  return std::to_string(place);
}

void flatten(const plan::YamlNode& node, const std::string& path, Settings& into) {
  using Kind = plan::YamlNode::Kind;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const bool map = node.kind == Kind::kMap;
    flatten(node.items[i],
            map ? below(path, node.keys[i].text)
                : fmt::format("{}[{}]", path, item_name(node.items[i], i)),
            into);
  }
  if (node.kind == Kind::kText) into[path] = node.text;
}

void flatten(const Json& json, const std::string& path, Settings& into) {
  if (json.is_object()) {
    for (const auto& [name, member] : json.items()) flatten(member, below(path, name), into);
  } else if (!json.is_null() && !json.is_array()) {
    into[path] = json.is_string() ? json.get<std::string>() : json.dump();
  }
}

// The plan, and of the manifest what is no result: machine, versions, what servers say they are.
Result<Settings> settings_of(const record::RunFolder& folder) {
  const auto text = record::read_file(folder.file(record::kManifestFile));
  if (!text) return std::unexpected(text.error());
  const auto read = parsed(*text);
  if (!read || !read->is_object()) {
    return fail(ErrorCode::kIo, "the manifest is damaged", folder.id());
  }
  const Json& manifest = *read;
  Settings settings;
  for (const char* name : {"tool_version", "method_version", "clock_source", "workers"}) {
    if (manifest.contains(name)) flatten(manifest[name], name, settings);
  }
  if (manifest.contains("host")) flatten(manifest["host"], "host", settings);
  if (manifest.contains("targets") && manifest["targets"].is_array()) {
    for (const auto& target : manifest["targets"]) {
      const auto name = string_of(target, "name", "");
      if (!name) continue;
      for (const char* member : {"engine", "model", "protocol", "url", "server_version"}) {
        if (!target.contains(member)) continue;
        flatten(target[member], fmt::format("targets[{}].{}", *name, member), settings);
      }
    }
  }
  const auto yaml = string_of(manifest, "plan_yaml", "");
  if (!yaml || yaml->empty()) return settings;  // imported
  if (const auto tree = plan::read_yaml(*yaml, "plan"); tree) flatten(*tree, "", settings);
  return settings;
}

Reply differences(const Api& api, const Request& request) {
  const auto ids = request.target.list("runs");
  if (ids.size() < 2 || ids.size() > kMostRuns) {
    return reply_of(Error{ErrorCode::kInvalidInput, "names from 2 to 5 runs", "runs"});
  }
  std::vector<Settings> all;
  std::set<std::string> paths;
  for (const auto& id : ids) {
    const auto folder = api.library.folder(id);
    if (!folder) return reply_of(folder.error());
    auto settings = settings_of(*folder);
    if (!settings) return reply_of(settings.error());
    for (const auto& [path, value] : *settings) paths.insert(path);
    all.push_back(std::move(*settings));
  }
  Json rows = Json::array();
  std::size_t same = 0;
  for (const auto& path : paths) {
    Json values = Json::array();
    for (const auto& settings : all) {
      const auto found = settings.find(path);
      values.push_back(found == settings.end() ? Json() : Json(found->second));
    }
    if (std::ranges::all_of(values, [&](const Json& v) { return v == values.front(); })) {
      ++same;
    } else {
      rows.push_back({{"setting", path}, {"values", std::move(values)}});
    }
  }
  return json_reply_of({{"runs", ids}, {"same", same}, {"differences", std::move(rows)}});
}

}  // namespace

void add_difference_paths(Router& router, const Api& api) {
  AddTo{router, api}(Method::kGet, "/api/v1/differences", differences);
}

}  // namespace tt::serve
