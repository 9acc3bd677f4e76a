// Every chart that there is: what it is called, which question it answers, and how it is made. The
// terminal, reports and the browser list them from here. A new chart is one file and one line.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "chart/chart.h"
#include "chart/input.h"

namespace tt::chart {

/// Whom it is for.
enum class Level : std::uint8_t { kSimple, kTechnical };
std::string_view level_name(Level level);  // "simple", "technical"

/// What it is made from.
enum class Needs : std::uint8_t {
  kRun,        // one run
  kTargets,    // one run of two targets or more
  kCurve,      // the runs of a sweep or a search for capacity
  kResources,  // one run, with what engines and machines told while it went on
  kContest,    // two to five targets, compared
  kCost,       // one run, and what its machines cost
  kHistory,    // two runs or more
  kScenarios,  // runs of two scenarios or more, with two to five targets each
};
std::string_view needs_name(Needs needs);  // "run", "targets", "group", "telemetry", ...

struct Entry {
  std::string id;        // "ttft-distribution": on the command line, in links, in file names
  std::string title;     // "Time to first token: distribution"
  std::string question;  // that it answers, in plain English
  std::string how_to_read;
  Needs needs = Needs::kRun;
  Level level = Level::kSimple;
  /// Pure. The input has what `needs` asks for (any number of rows, none included).
  std::function<Chart(const Input&)> make;
  /// Whether there is anything to draw, of what may well not be there (a GPU, prices); nullptr:
  /// whenever the input has what `needs` asks for.
  bool (*offered)(const Input&) = nullptr;
};

/// In the order of showing.
std::span<const Entry> catalogue();
/// nullptr where there is none.
const Entry* find_chart(std::string_view id);
/// Whether the input has what it needs, and there is something to draw of what may not be there.
bool fits(const Entry& entry, const Input& input);
/// Makes it and fills in id and title; a chart in words where the input lacks what it needs.
Chart make_chart(const Entry& entry, const Input& input);

}  // namespace tt::chart
