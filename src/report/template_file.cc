#include "report/template_file.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/reader.h"
#include "plan/yaml_tree.h"
#include "report/cut_text.h"

namespace tt::report {
namespace {

using plan::Field;
using plan::Value;
using plan::YamlNode;

constexpr std::size_t kMostChapters = 100;
constexpr std::size_t kMostHeading = 300;  // letters: some lines of large type

/// A chapter as it is written.
struct Part {
  std::string section;
  std::string title;
  std::string text;
  std::string before;
  std::string after;
};

// What stands in large type.
void read_heading(const Value& value, std::string& heading) {
  read_text(value, heading);
  if (cut_text(heading, kMostHeading) == heading) return;
  value.fault(
      fmt::format("is longer than {} letters; put more of it into a section's text", kMostHeading));
  heading.clear();
}

void read_section_id(const Value& value, Part& part) {
  read_text(value, part.section);
  if (value.node.kind != YamlNode::Kind::kText) return;
  std::vector<std::string_view> ids;
  for (const auto& name : section_names()) ids.push_back(name.id);
  if (std::ranges::find(ids, part.section) != ids.end()) return;
  const auto near = nearest_word(part.section, ids);
  value.fault(near.empty()
                  ? fmt::format("there is no section '{}'; there are {}", part.section,
                                fmt::join(ids, ", "))
                  : fmt::format("there is no section '{}'; did you mean {}?", part.section, near));
}

constexpr std::array kPartFields = {
    Field<Part>{"section", read_section_id},
    Field<Part>{"title", [](const Value& v, Part& p) { read_heading(v, p.title); }},
    Field<Part>{"text", [](const Value& v, Part& p) { read_text(v, p.text); }},
    Field<Part>{"before", [](const Value& v, Part& p) { read_text(v, p.before); }},
    Field<Part>{"after", [](const Value& v, Part& p) { read_text(v, p.after); }},
};

void read_part(const Value& value, Template& made) {
  Part part;
  if (value.node.kind == YamlNode::Kind::kText) {
    read_section_id(value, part);
  } else {
    read_section(value, kPartFields, part);
    if (value.node.kind != YamlNode::Kind::kMap) return;
    if (part.section.empty() && part.text.empty()) {
      value.fault("needs section (one that is made) or text (your own)");
    }
    if (part.section.empty() && part.title.empty() && !part.text.empty()) {
      value.fault("needs a title: text of your own has none by itself");
    }
    if (!part.section.empty() && !part.text.empty()) {
      value.fault("has both section and text; before and after put text around a section");
    }
  }
  Chapter chapter{.id = part.section, .title = part.title};
  chapter.before = blocks_of_markdown(part.section.empty() ? part.text : part.before);
  chapter.after = blocks_of_markdown(part.after);
  made.chapters.push_back(std::move(chapter));
}

void read_parts(const Value& value, Template& made) {
  read_list(value, [&](const Value& item) { read_part(item, made); });
  if (value.node.kind != YamlNode::Kind::kList) return;
  if (value.node.items.empty()) value.fault("holds no section; leave it out for those of the kind");
  if (value.node.items.size() > kMostChapters) {
    value.fault(fmt::format("holds more than {} sections", kMostChapters));
    made.chapters.clear();
  }
  // A section has one place: links and contents go by its name.
  for (std::size_t i = 0; i < made.chapters.size(); ++i) {
    const auto& id = made.chapters[i].id;
    const auto first = std::ranges::find(made.chapters, id, &Chapter::id);
    if (!id.empty() && first != made.chapters.begin() + static_cast<std::ptrdiff_t>(i)) {
      value.fault(fmt::format("{} stands in it twice", id));
      return;
    }
  }
}

void read_kind(const Value& value, Template& made) {
  std::string text;
  read_text(value, text);
  if (value.node.kind != YamlNode::Kind::kText) return;
  made.kind = kind_from_name(text);
  if (made.kind) return;
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Kind::kSlo); ++i) {
    names.push_back(kind_name(static_cast<Kind>(i)));
  }
  value.fault(fmt::format("'{}' is none of {}", text, fmt::join(names, ", ")));
}

void read_audience(const Value& value, Template& made) {
  std::string text;
  read_text(value, text);
  if (value.node.kind != YamlNode::Kind::kText) return;
  made.audience = audience_from_name(text);
  if (!made.audience) {
    value.fault(fmt::format("'{}' is none of executive, product, engineer, operations", text));
  }
}

void read_colour(const Value& value, Template& made) {
  read_text(value, made.accent);
  constexpr std::size_t kLength = 7;  // "#1d4ed8"
  const auto& text = made.accent;
  const bool good = text.size() == kLength && text.front() == '#' &&
                    std::all_of(text.begin() + 1, text.end(),
                                [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (good || value.node.kind != YamlNode::Kind::kText) return;
  value.fault(fmt::format("'{}' is no colour; write it as \"#1d4ed8\", in quotes", text));
  made.accent.clear();
}

constexpr std::array kFields = {
    Field<Template>{"kind", read_kind},
    Field<Template>{"audience", read_audience},
    Field<Template>{"title", [](const Value& v, Template& t) { read_heading(v, t.title); }},
    Field<Template>{"subtitle", [](const Value& v, Template& t) { read_heading(v, t.subtitle); }},
    Field<Template>{"logo", [](const Value& v, Template& t) { read_text(v, t.logo); }},
    Field<Template>{"logo_text", [](const Value& v, Template& t) { read_heading(v, t.logo_text); }},
    Field<Template>{"accent", read_colour},
    Field<Template>{"sections", read_parts},
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const auto& field : kFields) keys.emplace_back(field.key);
  for (const auto& field : kPartFields) keys.push_back(fmt::format("sections[].{}", field.key));
  return keys;
}

}  // namespace

std::expected<Template, plan::PlanFaults> parse_template(std::string_view yaml,
                                                         std::string_view name) {
  const auto tree = plan::read_yaml(yaml, name);
  if (!tree) return std::unexpected(plan::one_fault(tree.error()));
  Template made;
  plan::PlanReader reader(name, all_keys());
  if (tree->kind != YamlNode::Kind::kNull) read_section(Value{reader, *tree, ""}, kFields, made);
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(plan::PlanFaults{std::move(faults)});
  return made;
}

std::expected<Template, plan::PlanFaults> load_template(const std::string& path) {
  const auto text = plan::read_yaml_file(path);
  if (!text) return std::unexpected(plan::one_fault(text.error()));
  return parse_template(*text, path);
}

Outline outline_of(const Template& made, std::optional<Kind> kind,
                   std::optional<Audience> audience) {
  const Kind of = kind ? *kind : made.kind.value_or(Kind::kRun);
  auto to = audience ? audience : made.audience;
  Outline outline = outline_of(of, to.value_or(audience_of(of)));
  if (!made.chapters.empty()) outline.chapters = made.chapters;
  outline.title = made.title;
  outline.subtitle = made.subtitle;
  outline.accent = made.accent;
  return outline;
}

}  // namespace tt::report
