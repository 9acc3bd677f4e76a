#include "app/figures_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace tt::app {

std::string clock_text(Nanos duration) {
  const std::int64_t s = std::max<Nanos>(0, duration) / kSecond;
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

std::string ago_text(Nanos then, Nanos now) {
  if (then <= 0) return "–";  // a damaged manifest does not say
  const std::int64_t s = std::max<Nanos>(0, now - then) / kSecond;
  if (s < 60) return "just now";
  if (s < 3600) return fmt::format("{} min ago", s / 60);
  if (s < 48 * 3600) return fmt::format("{} h ago", s / 3600);
  return fmt::format("{} days ago", s / 86400);
}

}  // namespace tt::app
