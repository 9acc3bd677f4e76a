// Whether text has room, where it will stand: measured as charts are, in fonts that are wider than
// those of office programs, so that what fits here fits there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chart/fonts.h"

namespace tt::report {

/// Sizes and widths in one unit, points or pixels. chart::use_own_fonts() must have succeeded. For
/// one thread at a time.
class TextFit {
 public:
  double width(std::string_view text, double size, bool strong = false);
  /// Of text that is wrapped at newlines and between words; a word that is too long is broken. At
  /// least 1.
  std::size_t lines(std::string_view text, double size, double room, bool strong = false);
  /// As much of the text as `most` lines hold, with "…" where it was cut.
  std::string cut(std::string_view text, double size, double room, std::size_t most,
                  bool strong = false);

 private:
  chart::TextRuler ruler_;
};

}  // namespace tt::report
