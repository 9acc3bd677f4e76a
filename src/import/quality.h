// The quality score of a file, and every finding behind it. docs/import.md has the formula.
#pragma once

#include <string>
#include <vector>

#include "import/audit.h"
#include "import/format.h"
#include "record/manifest.h"

namespace tt::import {

struct Assessment {
  double score = 100;  // 0 to 100
  std::vector<record::ImportFinding> findings;
};

/// What a file's audit comes to: 100 less the points of its findings, at least 0.
Assessment assess(const Audit& audit, const Format& format, bool keep_invalid);

}  // namespace tt::import
