// Texts set in lines with Pango, to be measured first and drawn later.
//
// For one thread at a time. Lengths in points.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _cairo cairo_t;
typedef struct _PangoContext PangoContext;
typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoLayout PangoLayout;
// NOLINTEND

namespace tt::report {

/// As UTF-8 without control characters, without the marks by which foreign text could turn the
/// letters after it around, and without more than three marks over one letter. A word, or the
/// whole, that is longer than these (in letters) is cut in its middle.
std::string paper_text(std::string_view text, std::size_t most_of_word, std::size_t most);

struct Lettering {
  double size = 0;
  bool strong = false;
  bool mono = false;
  Tone tone = Tone::kPlain;
  Align align = Align::kLeft;
  double leading = 1.45;     // from line to line, of the size
  bool figures = false;      // all digits are as wide as each other
  double hang = 0;           // lines after the first begin this far in
  bool one_line = false;     // cut in its middle where it is wider
  bool whole_words = false;  // long words are not cut in their middle but wrapped
};

/// Lines of text. May be copied; copies share what they hold.
class Lines {
 public:
  std::size_t count() const { return lines_.size(); }
  double height(std::size_t line) const { return lines_[line].height; }
  double height() const;
  double width() const { return width_; }           // of the longest line
  double left() const { return lines_.front().x; }  // where the first line begins
  /// With the upper left corner of the line's room at x, y.
  void draw(cairo_t* cairo, std::size_t line, double x, double y) const;
  void draw(cairo_t* cairo, double x, double y) const;  // all of them

 private:
  friend class Typesetter;
  struct Line {
    double height = 0;
    double baseline = 0;  // below the line's upper edge
    double x = 0;
  };
  std::shared_ptr<PangoLayout> layout_;
  std::vector<Line> lines_;
  double width_ = 0;
  Tone tone_ = Tone::kPlain;
};

class Typesetter {
 public:
  /// chart::use_own_fonts() must have succeeded. `fonts` (nullptr: our own) must outlive this and
  /// all that it sets.
  explicit Typesetter(PangoFontMap* fonts = nullptr);

  /// In lines of `width`; not above 0: in one line, however long.
  Lines set(const Text& text, const Lettering& lettering, double width);
  Lines set(std::string_view text, const Lettering& lettering, double width);
  /// The width of the longest word.
  double longest_word(std::string_view text, const Lettering& lettering);
  /// In one line, in letters as much smaller as it takes, but not under half their size.
  Lines set_smaller(std::string_view text, Lettering lettering, double width);

  /// All letters that the fonts lacked so far.
  const std::u32string& missing() const { return missing_; }

 private:
  Lines lay_out(const Text& text, const Lettering& lettering, int width);

  std::shared_ptr<PangoContext> context_;
  std::u32string missing_;
};

}  // namespace tt::report
