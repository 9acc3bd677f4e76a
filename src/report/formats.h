// Every format in which a document is written. A new one is one writer and one line.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "report/document.h"
#include "report/run_source.h"

namespace tt::report {

struct Format {
  std::string_view name;   // on the command line, and the ending of files
  std::string_view words;  // what it is for
  /// Pictures are shown on a dark ground too, and are played with: see DrawOptions.
  bool screen;
  /// Pictures are shown on pages to print, smaller.
  bool paper;
  /// The bytes of the file. Pure: the same document gives the same bytes. The run that it is of
  /// serves formats that calculate; nullptr where there are several.
  Result<std::string> (*write)(const Document&, const RunSource*);
};

/// In the order of showing.
std::span<const Format> formats();
/// nullptr where there is none.
const Format* find_format(std::string_view name);

}  // namespace tt::report
