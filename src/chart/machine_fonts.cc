#include "chart/machine_fonts.h"

#include <algorithm>
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

// Read once: fonts that are installed while the program runs are found by its next run.
FcConfig* machine_config() {
  static const Held<FcConfig> machine(FcInitLoadConfigAndFonts());
  return machine.get();
}

// Ours come first, so that letters which both have look the same on every machine.
void add_missing(FcConfig* config, std::u32string_view letters) {
  FcConfig* machine = machine_config();
  if (machine == nullptr) return;
  std::set<std::string> files;
  for (const char32_t letter : letters) {
    if (files.size() >= kMostFiles) return;
    if (any_has(FcConfigGetFonts(config, FcSetApplication), letter)) continue;
    const std::string file = file_for(machine, letter);
    if (file.empty() || !files.insert(file).second) continue;
    FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(file.c_str()));
  }
}

// What steers text is not drawn: marks of direction, joiners, variants.
bool is_drawn(gunichar letter) {
  return g_unichar_isprint(letter) && !g_unichar_isspace(letter) &&
         (!g_unichar_iszerowidth(letter) || g_unichar_ismark(letter));
}

}  // namespace

std::u32string letters_we_lack(std::string_view text) {
  std::u32string lacking;
  if (std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; })) return lacking;
  std::set<char32_t> seen;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    const gunichar letter = g_utf8_get_char_validated(at, end - at);
    if (letter >= 0xFFFFFFFEU) {  // not UTF-8, or cut short
      ++at;
      continue;
    }
    at = g_utf8_next_char(at);
    if (letter < 0x80 || !is_drawn(letter) || !seen.insert(letter).second) continue;
    if (!we_have(letter)) lacking += static_cast<char32_t>(letter);
  }
  return lacking;
}

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
