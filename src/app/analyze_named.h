// The sections of `analyze` that come only where they are named: they read whole requests, which of
// a million takes seconds, or ask for more than the run tells.
#pragma once

#include <string>
#include <vector>

#include "analysis/input.h"
#include "app/command.h"
#include "app/terminal.h"
#include "record/run_folder.h"
#include "report/analysis_json.h"

namespace tt::app {

/// Makes those that --section names: insights, cost, and the checks behind quality.
Result<report::NamedSections> make_named_sections(const Arguments& arguments,
                                                  const record::RunFolder& folder);

/// For people; empty where none was made.
std::vector<Line> named_lines(const report::NamedSections& named, std::size_t width);

}  // namespace tt::app
