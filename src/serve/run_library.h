// The runs of a results folder by their exact ids, which cannot name anything outside of it.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/frame.h"
#include "record/manifest.h"
#include "record/run_folder.h"
#include "serve/kept.h"
#include "serve/row_filter.h"
#include "serve/studio.h"
#include "serve/view_choice.h"

namespace tt::serve {

/// A run's rows without their chunks.
struct OpenRun {
  record::RunFolder folder;
  record::Manifest manifest;
  record::Frame frame;
};

/// What open runs may take of memory, of each of the three kinds below.
inline constexpr std::uint64_t kMostOpenBytes = 1ULL << 30;

/// A part of the requests of runs.
struct Selection {
  std::shared_ptr<const ChartSource> source;  // the whole, which outlives the part
  chart::RunView view;
  std::uint64_t requests = 0;  // in the view
  std::uint64_t of = 0;        // in the whole: those that were measured and sent
};

/// From any thread.
class RunLibrary {
 public:
  RunLibrary(std::string results_dir, Studio& studio, std::uint64_t most_bytes = kMostOpenBytes);

  const std::string& results_dir() const { return results_dir_; }

  /// The folder of a run, whether it has ended or not.
  Result<record::RunFolder> folder(std::string_view id) const;
  /// Of one that has ended: kUnavailable for others.
  Result<record::RunFolder> ended(std::string_view id) const;
  /// Folders of runs that have ended, or the id of a group that stands alone: what commands take
  /// for words.
  Result<std::vector<std::string>> words(std::span<const std::string> ids) const;

  Result<std::shared_ptr<const OpenRun>> open(std::string_view id);
  Result<std::shared_ptr<const ChartSource>> charts(std::span<const std::string> ids,
                                                    const std::set<chart::Needs>& wanted);
  /// What charts of rows are made from, as chosen, of the requests alone that the filter lets
  /// through.
  Result<std::shared_ptr<const Selection>> select(std::span<const std::string> ids,
                                                  const RowFilter& filter,
                                                  const chart::ViewChoice& choice = {});
  /// What a command says of runs; `words` are put behind its own.
  Result<std::shared_ptr<const std::string>> ask(std::vector<std::string> command,
                                                 std::span<const std::string> ids);

 private:
  /// Changes whenever the rows or the manifest of one do, or the runs of a group: to keep things
  /// by.
  std::string stamp(std::span<const std::string> words) const;

  const std::string results_dir_;
  Studio& studio_;
  Kept<std::shared_ptr<const OpenRun>> runs_;
  Kept<std::shared_ptr<const ChartSource>> charts_;
  Kept<std::shared_ptr<const Selection>> selections_;
  Kept<std::shared_ptr<const std::string>> answers_;
  Kept<std::shared_ptr<const std::string>> documents_;  // of megabytes each
};

/// One that a folder can have: no separators, no "..", no blanks in front.
bool is_run_id(std::string_view id);

}  // namespace tt::serve
