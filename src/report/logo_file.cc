// The sign that a template names: read, and refused where a document could not show it or would
// carry more than a picture.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "report/office_pictures.h"
#include "report/pdf_flow.h"
#include "report/template_file.h"

namespace tt::report {
namespace {

// A byte more than is taken, so that what is too long shows.
Result<std::string> read_some(const std::string& path, std::size_t most) {
  // A pipe would wait for its writer.
  std::error_code ignored;
  if (std::filesystem::is_fifo(path, ignored)) {
    return fail(ErrorCode::kInvalidInput, "is neither a PNG nor an SVG", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "cannot be read", path);
  std::string bytes(most + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

// Office files carry an SVG as it is: what runs, or asks for something elsewhere, stays out of
// them.
bool is_picture_only(const std::string& svg) {
  struct Look : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override {
      const std::string_view name = node.name();
      if (name.ends_with("script") || name.ends_with("foreignObject")) return false;
      return std::ranges::none_of(node.attributes(), [](const pugi::xml_attribute& attribute) {
        const std::string_view key = attribute.name();
        const std::string_view value = attribute.value();
        const bool elsewhere =
            key.ends_with("href") && !value.starts_with('#') && !value.starts_with("data:image/");
        return key.starts_with("on") || elsewhere;
      });
    }
  };
  pugi::xml_document document;
  if (!document.load_buffer(svg.data(), svg.size())) return false;
  Look look;
  return document.traverse(look);
}

}  // namespace

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
  if (svg && !is_picture_only(logo.bytes)) {
    return fail(
        ErrorCode::kInvalidInput,
        "holds scripts or links, or is no well-formed SVG; save it as a plain SVG, or a PNG", path);
  }
  if (!set_logo(logo)) {
    return fail(ErrorCode::kInvalidInput,
                "is damaged or empty, so that no document could show it; save the picture again",
                path);
  }
  return logo;
}

}  // namespace tt::report
