// notes.json: what people say of a run after it ended. The only file of a finished run that
// changes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/run_folder.h"

namespace tt::record {

inline constexpr std::string_view kNotesFile = "notes.json";
/// Larger notes are not read: people write them.
inline constexpr std::size_t kMaxNotesBytes = 4 << 20;

struct Annotation {
  Nanos realtime = 0;  // wall clock of the writing
  std::string text;
  bool operator==(const Annotation&) const = default;
};

/// What somebody said at a place of a chart.
struct ChartMark {
  Nanos realtime = 0;
  std::string chart;  // its id
  std::string text;
  std::string target = {};       // of the run; empty: of none in particular
  std::optional<double> x = {};  // on the chart's axes, in their units; a category's number
  std::optional<double> y = {};
  bool operator==(const ChartMark&) const = default;
};

struct Notes {
  Nanos baseline_since = 0;  // wall clock of the marking; 0: it is not the baseline
  std::vector<std::string> tags;
  std::vector<Annotation> annotations;
  std::vector<ChartMark> marks = {};
  bool operator==(const Notes&) const = default;
};

struct NotesReading {
  Notes notes;          // what could be read
  std::string problem;  // not empty: what could not
};

/// Reads what is there: a member of a wrong type is passed over and named in `problem`, unknown
/// ones are passed over in silence. Any bytes are good.
NotesReading parse_notes(std::string_view json);
/// The same from a run's folder. A run without notes has empty ones.
NotesReading load_notes(const RunFolder& folder);

/// Reads, changes and writes a run's notes in one step that no other process's change can get
/// between; readers see the old file or the new one. Members that this version does not know are
/// kept. Damaged notes are refused, so that nothing in them is lost.
Result<void> update_notes(const RunFolder& folder, const std::function<void(Notes&)>& change);

/// The run that others are compared with: of several marked ones the one marked last. nullopt where
/// there is none.
Result<std::optional<RunFolder>> baseline_of(const std::string& results_dir);

/// Marks one run, then takes the mark from all others. `now` is the wall clock.
Result<void> set_baseline(const std::string& results_dir, const RunFolder& run, Nanos now);

/// Takes every mark away, and says whose.
Result<std::vector<std::string>> clear_baseline(const std::string& results_dir);

}  // namespace tt::record
