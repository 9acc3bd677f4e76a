#include "chart/fonts.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <sys/mman.h>
#include <unistd.h>

// The fonts' bytes, put here by cmake/Embed.cmake.
extern "C" {
extern const unsigned char kFontInterRegularBegin[], kFontInterRegularEnd[];
extern const unsigned char kFontInterSemiBoldBegin[], kFontInterSemiBoldEnd[];
extern const unsigned char kFontJetBrainsMonoBegin[], kFontJetBrainsMonoEnd[];
}

#if defined(__SANITIZE_ADDRESS__)
// Pango and fontconfig keep caches of their own until the process ends (1.5 KB a thread that drew).
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libpango\n";
}
#endif
#if defined(__SANITIZE_THREAD__)
// Pango asks fontconfig in a thread of its own and shares a buffer of HarfBuzz, under locks of GLib
// that the sanitizer does not see.
extern "C" const char* __tsan_default_suppressions() {
  return "race:libpango\nrace:libharfbuzz\nrace:libfontconfig\nrace:libglib-2.0\nrace:libcairo\n";
}
#endif

namespace tt::chart {
namespace {

struct FontFile {
  const char* name;
  std::span<const unsigned char> bytes;
};

Error system_error(const char* what) {
  return {ErrorCode::kIo,
          fmt::format("pictures need their fonts in memory: {}: {}", what, std::strerror(errno))};
}

// fontconfig opens fonts by path only; a file in memory has one. It stays open with the process.
Result<int> file_in_memory(const FontFile& font) {
  const int fd = memfd_create(font.name, MFD_CLOEXEC);
  if (fd < 0) return std::unexpected(system_error("memfd_create"));
  for (std::size_t done = 0; done < font.bytes.size();) {
    const auto written = write(fd, font.bytes.data() + done, font.bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const auto error = system_error("write");
      close(fd);
      return std::unexpected(error);
    }
    done += static_cast<std::size_t>(written);
  }
  return fd;
}

// The paths of our fonts.
Result<std::vector<std::string>> make_files() {
  const FontFile fonts[] = {{"Inter", {kFontInterRegularBegin, kFontInterRegularEnd}},
                            {"Inter SemiBold", {kFontInterSemiBoldBegin, kFontInterSemiBoldEnd}},
                            {"JetBrains Mono", {kFontJetBrainsMonoBegin, kFontJetBrainsMonoEnd}}};
  std::vector<int> files;
  std::vector<std::string> paths;
  for (const auto& font : fonts) {
    const auto file = file_in_memory(font);
    if (!file) {
      for (const int fd : files) close(fd);
      return std::unexpected(file.error());
    }
    files.push_back(*file);
    paths.push_back(fmt::format("/proc/self/fd/{}", *file));
  }
  return paths;
}

// Made once, to stay as long as the process; tried again where there was no room for them.
Result<std::vector<std::string>> font_files() {
  static std::mutex mutex;
  static std::vector<std::string> paths;
  const std::lock_guard lock(mutex);
  if (paths.empty()) {
    auto made = make_files();
    if (!made) return made;
    paths = std::move(*made);
  }
  return paths;
}

Result<void> install() {
  const auto config = own_font_config();
  if (!config) return std::unexpected(config.error());
  if (!FcConfigSetCurrent(*config)) return fail(ErrorCode::kInternal, "fonts are not accepted");
  FcConfigDestroy(*config);  // it is current, and so stays
  return {};
}

}  // namespace

Result<FcConfig*> own_font_config() {
  const auto files = font_files();
  if (!files) return std::unexpected(files.error());
  FcConfig* config = FcConfigCreate();
  if (config == nullptr) return fail(ErrorCode::kUnavailable, "no memory for fonts");
  for (const auto& path : *files) {
    if (!FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(path.c_str()))) {
      FcConfigDestroy(config);
      return fail(ErrorCode::kUnavailable, "a font cannot be read from memory; is /proc there?",
                  path);
    }
  }
  return config;
}

Result<void> use_own_fonts() {
  static std::mutex mutex;
  static bool done = false;
  const std::lock_guard lock(mutex);
  if (done) return {};
  auto result = install();
  done = result.has_value();
  return result;
}

bool we_have(char32_t letter) {
  if (letter >= 0x20 && letter < 0x7f) return true;
  const FcFontSet* ours = FcConfigGetFonts(nullptr, FcSetApplication);
  for (int i = 0; ours != nullptr && i < ours->nfont; ++i) {
    FcCharSet* letters = nullptr;
    if (FcPatternGetCharSet(ours->fonts[i], FC_CHARSET, 0, &letters) == FcResultMatch &&
        FcCharSetHasChar(letters, letter)) {
      return true;
    }
  }
  return false;
}

namespace {

// What is usual for letters of other fonts, in their size: Chinese, Korean, emoji; the rest.
constexpr double kWide = 1.0;
constexpr double kNarrow = 0.62;
// ECharts takes the width of this one for the height of a line. The box that Pango draws for it is
// a little lower than the letter would be, which suits our fonts.
constexpr std::string_view kLineHeight = "国";

struct Measured {
  std::string ours;   // without the letters that our fonts lack
  double others = 0;  // of those, in the letters' size
};

Measured part(const gchar* valid) {
  if (valid == kLineHeight) return {.ours = valid};
  Measured text;
  for (const gchar* at = valid; *at != 0; at = g_utf8_next_char(at)) {
    const gunichar letter = g_utf8_get_char(at);
    if (we_have(letter) || !g_unichar_isprint(letter)) {
      text.ours.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    } else if (!g_unichar_iszerowidth(letter)) {
      text.others += g_unichar_iswide(letter) ? kWide : kNarrow;
    }
  }
  return text;
}

}  // namespace

struct TextRuler::Tools {
  PangoContext* context = nullptr;
  PangoLayout* layout = nullptr;
  std::unordered_map<std::string, double> known;

  Tools() {
    context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    // As librsvg draws: widths do not depend on the size in pixels.
    pango_context_set_round_glyph_positions(context, FALSE);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    layout = pango_layout_new(context);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
  }
  ~Tools() {
    g_object_unref(layout);
    g_object_unref(context);
  }
  Tools(const Tools&) = delete;
  Tools& operator=(const Tools&) = delete;

  double measure(std::string_view text, double size, int weight, bool monospace) {
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family_static(font, monospace ? kMonoFamily : kTextFamily);
    pango_font_description_set_weight(font, static_cast<PangoWeight>(weight));
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    const auto [ours, others] = part(valid);
    g_free(valid);
    pango_layout_set_text(layout, ours.data(), static_cast<int>(ours.size()));
    PangoRectangle logical;
    pango_layout_get_extents(layout, nullptr, &logical);
    return static_cast<double>(logical.width) / PANGO_SCALE + others * size;
  }
};

TextRuler::TextRuler() : tools_(std::make_unique<Tools>()) {}
TextRuler::TextRuler(TextRuler&&) noexcept = default;
TextRuler& TextRuler::operator=(TextRuler&&) noexcept = default;
TextRuler::~TextRuler() = default;

double TextRuler::width(std::string_view text, double size, int weight, bool monospace) {
  if (!(size > 0) || !std::isfinite(size) || text.empty()) return 0;
  auto key = fmt::format("{}/{}/{}/{}", size, weight, monospace, text);
  const auto found = tools_->known.find(key);
  if (found != tools_->known.end()) return found->second;
  const double width =
      tools_->measure(text, std::min(size, 1000.0), std::clamp(weight, 100, 900), monospace);
  tools_->known.emplace(std::move(key), width);
  return width;
}

}  // namespace tt::chart
