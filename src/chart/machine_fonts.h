// Letters that our fonts lack (Chinese, Hebrew, emoji), from the fonts of the machine.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _PangoFontMap PangoFontMap;
// NOLINTEND

namespace tt::chart {

/// The letters of the text that our fonts lack, each once; of bytes that are not UTF-8, none. Quick
/// where all are in ASCII. use_own_fonts() must have succeeded. From any thread.
std::u32string letters_we_lack(std::string_view text);

/// Our fonts and, behind them, fonts of this machine that have the rest of `letters`; what no font
/// has is drawn as a box with its number. The caller owns it (g_object_unref). use_own_fonts() must
/// have succeeded. The first call looks through the machine's fonts, which may take a second. From
/// any thread; the map is for one thread at a time.
Result<PangoFontMap*> font_map_for(std::u32string_view letters);

}  // namespace tt::chart
