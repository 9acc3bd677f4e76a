// The web page's files, embedded by cmake/Assets.cmake.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tt::serve {

struct Asset {
  std::string_view name;  // in its folder: "page.css"
  std::string_view path;  // where it is served: "/page-0123456789ab.css"
  std::string_view type;
  std::string_view etag;  // with its quotes
  bool kept = false;      // its path changes with its bytes: browsers may keep it for ever
  std::string_view raw;
  std::string_view gzip;
};
/// All of them live for ever.
std::span<const Asset> assets();
/// Where the file of this name is served; empty where there is none.
std::string_view asset_path(std::string_view name);

}  // namespace tt::serve
