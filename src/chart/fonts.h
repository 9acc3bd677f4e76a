// The fonts of all pictures: Inter for text, JetBrains Mono for figures. They are part of the
// program, so that a picture is the same whatever fonts its machine has.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _FcConfig FcConfig;
// NOLINTEND

namespace tt::chart {

inline constexpr const char* kTextFamily = "Inter";
inline constexpr const char* kMonoFamily = "JetBrains Mono";

/// Makes our fonts those of the whole process, for everything that draws through fontconfig (Pango,
/// librsvg, cairo). Call before any of these is used; any number of times, from any thread.
/// kIo or kUnavailable where the system has no room for them; then the next call tries again.
Result<void> use_own_fonts();

/// A configuration of its own that knows our fonts and no others; the caller owns it
/// (FcConfigDestroy). For who adds others to it.
Result<FcConfig*> own_font_config();

/// True where one of our fonts has the letter. use_own_fonts() must have succeeded. From any
/// thread.
bool we_have(char32_t letter);

/// Measures texts as they will be drawn. Letters that our fonts lack count by their kind alone, so
/// that a width is the same on every machine, whichever font draws them there. For one thread at a
/// time.
class TextRuler {
 public:
  /// use_own_fonts() must have succeeded.
  TextRuler();
  TextRuler(TextRuler&&) noexcept;
  TextRuler& operator=(TextRuler&&) noexcept;
  ~TextRuler();

  /// The advance width of one line in pixels. `size` in pixels (what is not above 0 has no width),
  /// `weight` from 100 to 900. Bytes that are not UTF-8 count as U+FFFD.
  double width(std::string_view text, double size, int weight, bool monospace);

 private:
  struct Tools;
  std::unique_ptr<Tools> tools_;
};

}  // namespace tt::chart
