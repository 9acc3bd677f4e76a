// The curve over the load that a stored group's runs make.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/sweep.h"
#include "base/error.h"
#include "record/group.h"

namespace tt::trial {

/// Steps that make one point of the curve.
struct LoadBand {
  double load = 0;                 // of a search: the mean of its steps' loads, by their lengths
  std::vector<std::size_t> steps;  // indices, in the order of playing
};

/// The steps that were played, by rising load. Of a sweep each load is a band of its own. A search
/// asks near the capacity again and again: there the steps within a tenth of the lowest are one
/// point, or the curve would be all scatter.
std::vector<LoadBand> load_bands(const record::Group& group);

/// Reads the runs load by load, so that the rows of one point at a time are held. A run that cannot
/// be read is left out and named in its step's `problem`; an error where none can.
Result<analysis::SweepReport> group_curve(record::Group& group, const std::string& results_dir);

}  // namespace tt::trial
