#include "report/template_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/reader.h"
#include "plan/yaml_tree.h"
#include "report/office_pictures.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

using plan::Field;
using plan::Value;
using plan::YamlNode;

constexpr std::size_t kMostChapters = 100;

/// A chapter as it is written.
struct Part {
  std::string section;
  std::string title;
  std::string text;
  std::string before;
  std::string after;
};

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
    Field<Part>{"title", [](const Value& v, Part& p) { read_text(v, p.title); }},
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
    Field<Template>{"title", [](const Value& v, Template& t) { read_text(v, t.title); }},
    Field<Template>{"subtitle", [](const Value& v, Template& t) { read_text(v, t.subtitle); }},
    Field<Template>{"logo", [](const Value& v, Template& t) { read_text(v, t.logo); }},
    Field<Template>{"logo_text", [](const Value& v, Template& t) { read_text(v, t.logo_text); }},
    Field<Template>{"accent", read_colour},
    Field<Template>{"sections", read_parts},
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const auto& field : kFields) keys.emplace_back(field.key);
  for (const auto& field : kPartFields) keys.push_back(fmt::format("sections[].{}", field.key));
  return keys;
}

// A byte more than is taken, so that what is too long shows.
Result<std::string> read_some(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "cannot be read", path);
  std::string bytes(most + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
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

Result<Logo> load_logo(const Template& made, const std::string& template_path) {
  if (made.logo.empty()) return Logo{};
  const auto path = (std::filesystem::path(template_path).parent_path() / made.logo).string();
  auto bytes = read_some(path, kMaxLogoBytes);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() > kMaxLogoBytes) {
    return fail(ErrorCode::kInvalidInput, "is larger than 1 MB; a logo of 100 KB is plenty", path);
  }
  constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";
  const bool png = bytes->starts_with(kPng);
  // Behind a declaration and comments, as drawing programs write them.
  constexpr std::size_t kHead = 4096;
  const bool svg = !png && bytes->substr(0, kHead).find("<svg") != std::string::npos;
  if (!png && !svg) {
    return fail(ErrorCode::kInvalidInput, "is neither a PNG nor an SVG", path);
  }
  Logo logo{.bytes = std::move(*bytes),
            .svg = svg,
            .alt = made.logo_text.empty() ? "Logo" : made.logo_text};
  if (png) {
    // Before it is decoded: a small file may claim gigabytes of pixels.
    const auto [width, height] = png_size(logo.bytes);
    if (std::max(width, height) > kMaxLogoPixels) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("has {:.0f} x {:.0f} pixels; {} each way are plenty", width, height,
                              kMaxLogoPixels),
                  path);
    }
  }
  if (!set_logo(logo)) {
    return fail(ErrorCode::kInvalidInput,
                "is damaged or empty, so that no document could show it; save the picture again",
                path);
  }
  return logo;
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
