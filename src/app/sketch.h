// Small drawings of one line: distributions and curves over time in block characters, which the
// terminal's layer turns to ASCII where UTF-8 is not understood.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/shape.h"

namespace tt::app {

/// One character a value, as high as the value over the greatest: from a blank for 0, and for what
/// is not there (NaN), to a full block. `top` above 0 stands for the greatest.
std::string sketch(std::span<const double> heights, double top = 0);

/// At most `columns` values: means of neighbours. Those that are not there do not count; where none
/// of a column's is there, it is NaN.
std::vector<double> resample(std::span<const double> values, std::size_t columns);

/// The histogram from its least value to the 99th percentile in `columns` characters: what lies
/// beyond would leave all the rest in the first column. Empty where there is nothing to draw.
std::string sketch_of(const analysis::Histogram& histogram, std::size_t columns);

}  // namespace tt::app
