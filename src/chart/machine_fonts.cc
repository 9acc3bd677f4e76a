#include "chart/machine_fonts.h"

#include <memory>
#include <set>
#include <string>

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "chart/fonts.h"

namespace tt::chart {
namespace {

constexpr std::size_t kMostFiles = 24;

struct Free {
  void operator()(FcConfig* config) const { FcConfigDestroy(config); }
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
  void operator()(FcCharSet* letters) const { FcCharSetDestroy(letters); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

bool has(const FcPattern* font, char32_t letter) {
  FcCharSet* letters = nullptr;
  return FcPatternGetCharSet(font, FC_CHARSET, 0, &letters) == FcResultMatch &&
         FcCharSetHasChar(letters, letter);
}

bool any_has(const FcFontSet* fonts, char32_t letter) {
  for (int i = 0; fonts != nullptr && i < fonts->nfont; ++i) {
    if (has(fonts->fonts[i], letter)) return true;
  }
  return false;
}

// The file of the font that the machine would take for the letter; empty where it has none.
std::string file_for(FcConfig* machine, char32_t letter) {
  const Held<FcCharSet> letters(FcCharSetCreate());
  FcCharSetAddChar(letters.get(), letter);
  const Held<FcPattern> wanted(FcPatternCreate());
  FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>("sans-serif"));
  FcPatternAddCharSet(wanted.get(), FC_CHARSET, letters.get());
  FcConfigSubstitute(machine, wanted.get(), FcMatchPattern);
  FcDefaultSubstitute(wanted.get());
  FcResult result{};
  const Held<FcPattern> font(FcFontMatch(machine, wanted.get(), &result));
  FcChar8* file = nullptr;
  if (!font || !has(font.get(), letter) ||
      FcPatternGetString(font.get(), FC_FILE, 0, &file) != FcResultMatch) {
    return {};
  }
  return reinterpret_cast<const char*>(file);
}

// Ours come first, so that letters which both have look the same on every machine.
void add_missing(FcConfig* config, std::u32string_view letters) {
  const Held<FcConfig> machine(FcInitLoadConfigAndFonts());
  if (!machine) return;
  std::set<std::string> files;
  for (const char32_t letter : letters) {
    if (files.size() >= kMostFiles) return;
    if (any_has(FcConfigGetFonts(config, FcSetApplication), letter)) continue;
    const std::string file = file_for(machine.get(), letter);
    if (file.empty() || !files.insert(file).second) continue;
    FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(file.c_str()));
  }
}

}  // namespace

Result<PangoFontMap*> font_map_for(std::u32string_view letters) {
  const auto config = own_font_config();
  if (!config) return std::unexpected(config.error());
  const Held<FcConfig> held(*config);
  add_missing(held.get(), letters);
  PangoFontMap* map = pango_cairo_font_map_new();
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), held.get());  // keeps a reference
  return map;
}

}  // namespace tt::chart
