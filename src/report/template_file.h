// Templates of reports, YAML: which sections in which order, under which titles, with which text,
// logo and colour of the user's own. docs/report.md tells each key; examples/reports has one a
// kind.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "report/document.h"
#include "report/kinds.h"

namespace tt::report {

/// What a template says; what it leaves out comes from the kind.
struct Template {
  std::optional<Kind> kind;
  std::optional<Audience> audience;
  std::string title;
  std::string subtitle;
  std::string logo;  // path of a PNG or SVG, as it stands in the file
  std::string logo_text;
  std::string accent;             // "#rrggbb"
  std::vector<Chapter> chapters;  // empty: those of the kind
};

/// Every fault at once, with its place.
std::expected<Template, plan::PlanFaults> parse_template(std::string_view yaml,
                                                         std::string_view name);
/// From a file.
std::expected<Template, plan::PlanFaults> load_template(const std::string& path);

/// Larger logos are not taken: they would be in every document.
inline constexpr std::size_t kMaxLogoBytes = 1 << 20;
inline constexpr int kMaxLogoPixels = 8192;  // of a PNG, each way
/// The logo of a template; a relative path begins at the template's folder. No logo where it names
/// none; an error where the file is no PNG or SVG that can be drawn.
Result<Logo> load_logo(const Template& made, const std::string& template_path);

/// What a document is to hold by the template. `kind` and `audience` win over it.
Outline outline_of(const Template& made, std::optional<Kind> kind,
                   std::optional<Audience> audience);

/// Text of the user's own as blocks: paragraphs, "- " bullets, **bold**, `code`, and links, which
/// are told as text. Anything else stays the text that it is. Any bytes are good.
std::vector<Block> blocks_of_markdown(std::string_view text);

}  // namespace tt::report
