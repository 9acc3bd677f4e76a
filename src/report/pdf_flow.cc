#include "report/pdf_flow.h"

#include <algorithm>
#include <utility>

namespace tt::report {

int Flow::group(Group group) {
  groups_.push_back(std::move(group));
  return static_cast<int>(groups_.size()) - 1;
}

std::size_t Flow::add(Strip strip) {
  strip.band.before = std::max(strip.band.before, blank_);
  blank_ = 0;
  strips_.push_back(std::move(strip));
  return strips_.size() - 1;
}

void Flow::keep() {
  if (!strips_.empty()) strips_.back().band.with_next = true;
}

void Flow::decorate(std::size_t at, Paint paint) {
  auto& own = strips_[at].paint;
  own = [below = std::move(paint), above = std::move(own)](Canvas& canvas, const Box& box) {
    below(canvas, box);
    if (above) above(canvas, box);
  };
}

void Flow::add_lines(const Lines& lines, double indent, int group, bool whole) {
  const std::size_t count = lines.count();
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    const bool together = !last && (whole || i == 0 || i + 2 == count);
    add({.band = {.height = lines.height(i), .with_next = together},
         .group = group,
         .paint = [lines, i, indent](Canvas& canvas, const Box& box) {
           lines.draw(canvas.cairo(), i, box.x + indent, box.y);
         }});
  }
}

}  // namespace tt::report
