// An SVG, read once, to be drawn on any cairo surface: a picture of its own or a place on a page.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _cairo cairo_t;
// NOLINTEND

namespace tt::chart {

/// For one thread at a time. Letters that our fonts lack come from the machine's (machine_fonts.h).
class SvgDrawing {
 public:
  /// What the SVG points to outside of itself is not read. kInternal where it is none or has no
  /// size. use_own_fonts() must have succeeded.
  static Result<SvgDrawing> parse(std::string_view svg);
  SvgDrawing(SvgDrawing&&) noexcept;
  SvgDrawing& operator=(SvgDrawing&&) noexcept;
  ~SvgDrawing();

  double width() const { return width_; }    // its own, in pixels; at least 1
  double height() const { return height_; }  // likewise

  /// With its upper left corner at 0, 0 of `cairo`, one pixel being one unit there.
  Result<void> draw(cairo_t* cairo) const;

 private:
  struct Handle;
  SvgDrawing();

  std::unique_ptr<Handle> handle_;
  double width_ = 0;
  double height_ = 0;
};

}  // namespace tt::chart
