#include "plan/slo_file.h"

#include <fmt/format.h>

#include "base/text.h"
#include "plan/reader.h"
#include "plan/yaml_tree.h"

namespace tt::plan {
namespace {

void read_share(const Value& value, std::optional<double>& out) {
  std::string text;
  read_text(value, text);
  if (value.node.kind != YamlNode::Kind::kText) return;
  const auto share = parse_share(text);
  if (!share) return value.fault(share.error().message);
  out = *share;
}

void read_attainment(const Value& value, SloFile& file) { read_share(value, file.attainment); }

void read_confidence(const Value& value, SloFile& file) {
  read_share(value, file.confidence);
  if (!file.confidence || (*file.confidence > 0.5 && *file.confidence < 1)) return;
  value.fault("must lie above 50% and below 100%, for example 95%");
}

constexpr std::array kFields = {
    Field<SloFile>{"slo", [](const Value& v, SloFile& f) { read_slos(v, f.slos); }},
    Field<SloFile>{"attainment", read_attainment},
    Field<SloFile>{"confidence", read_confidence},
};

std::vector<std::string> keys() {
  std::vector<std::string> all;
  for (const auto& field : kFields) all.emplace_back(field.key);
  return all;
}

}  // namespace

void read_slos(const Value& value, std::vector<Slo>& out) {
  const auto add = [&](const Value& at, std::string_view text) {
    auto slo = parse_slo(text);
    if (!slo) return at.fault(slo.error().message);
    out.push_back(std::move(*slo));
  };
  const auto& node = value.node;
  if (node.kind == YamlNode::Kind::kMap) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto path = fmt::format("{}[{}]", value.path, i);
      value.reader.remember(path, node.keys[i]);
      add(value.at(node.keys[i], path), node.keys[i].text + "=" + node.items[i].text);
    }
  } else if (node.kind == YamlNode::Kind::kText) {
    add(value, node.text);
  } else {
    read_list(value, [&](const Value& item) {
      std::string text;
      read_text(item, text);
      if (!text.empty()) add(item, text);
    });
  }
}

Result<double> parse_share(std::string_view text) {
  const std::string_view trimmed = trim(text);
  const bool percent = trimmed.ends_with('%');
  const auto share =
      percent ? parse_percent(trimmed.substr(0, trimmed.size() - 1)) : parse_number(trimmed);
  if (share && *share > 0 && *share <= 1) return *share;
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' must be a share above 0 and at most 100%, for example 99% or 0.99",
                          trimmed));
}

std::expected<SloFile, PlanFaults> parse_slo_file(std::string_view yaml, std::string_view name) {
  const auto tree = read_yaml(yaml, name);
  if (!tree) return std::unexpected(one_fault(tree.error()));
  SloFile file;
  PlanReader reader(name, keys());
  if (tree->kind != YamlNode::Kind::kNull) {
    read_section(Value{reader, *tree, ""}, kFields, file);
  }
  if (file.slos.empty() && !file.attainment && !reader.any_fault()) {
    reader.fault(*tree, "", "holds no objective; write for example slo: [ttft_p99=500ms]");
  }
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(PlanFaults{std::move(faults)});
  return file;
}

std::expected<SloFile, PlanFaults> load_slo_file(const std::string& path) {
  const auto text = read_yaml_file(path);
  if (!text) return std::unexpected(one_fault(text.error()));
  return parse_slo_file(*text, path);
}

}  // namespace tt::plan
