// Letters that our fonts lack (Chinese, Hebrew, emoji), from the fonts of the machine.
#pragma once

#include <string_view>

#include "base/error.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _PangoFontMap PangoFontMap;
// NOLINTEND

namespace tt::chart {

/// Our fonts and, behind them, fonts of this machine that have the rest of `letters`; what no font
/// has is drawn as a box with its number. The caller owns it (g_object_unref). use_own_fonts() must
/// have succeeded. Looking through the machine's fonts may take a second. From any thread.
Result<PangoFontMap*> font_map_for(std::u32string_view letters);

}  // namespace tt::chart
