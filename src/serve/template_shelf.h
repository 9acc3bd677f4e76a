// Templates of reports that pages sent, so that the address of a report can name one.
#pragma once

#include <cstddef>
#include <deque>
#include <expected>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "report/template_file.h"
#include "serve/uploads.h"

namespace tt::serve {

/// From any thread. The last 64 are kept, as files of the program's own that go with it.
class TemplateShelf {
 public:
  static constexpr std::size_t kMostBytes = 256 << 10;  // of one

  explicit TemplateShelf(Uploads& uploads) : uploads_(uploads) {}

  /// What a template says, or every fault of it. One that names a picture is refused: it would be
  /// read from this machine.
  static std::expected<report::Template, plan::PlanFaults> read(std::string_view yaml);

  /// The id of a template that read() found good; the same for the same text.
  Result<std::string> keep(std::string_view yaml);
  /// Where the file lies; kNotFound.
  Result<std::string> path(const std::string& id) const;

 private:
  Uploads& uploads_;
  mutable std::mutex mutex_;
  std::deque<std::pair<std::string, std::string>> kept_;  // ids and paths, the oldest first
};

}  // namespace tt::serve
