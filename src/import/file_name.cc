#include "import/file_name.h"

#include "import/number.h"

namespace tt::import {
namespace {

constexpr std::size_t kStampSize = 15;  // 20260131-120000

}  // namespace

FileName parse_file_name(std::string_view path) {
  FileName name;
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos) {
    path.remove_prefix(slash + 1);
  }
  if (const auto dot = path.rfind('.'); dot != std::string_view::npos && dot > 0) {
    path = path.substr(0, dot);
  }
  name.stem = path;
  for (std::size_t i = 1; i + kStampSize < path.size() + 1; ++i) {
    if (path[i - 1] != '-' || i < 2) continue;
    const std::string_view rest = path.substr(i + kStampSize);
    if (!rest.empty() && rest.front() != '-') continue;
    const auto stamp = parse_stamp(path.substr(i, kStampSize));
    if (!stamp) continue;
    name.engine = path.substr(0, i - 1);
    name.started = *stamp;
    if (rest.size() > 1) name.benchmark = rest.substr(1);
    return name;
  }
  return name;
}

}  // namespace tt::import
