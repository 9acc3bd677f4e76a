// A part of a slice's rows, chosen one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/slice.h"

namespace tt::analysis {

/// A slice of Phase::kMeasured with only the rows that `keep` says yes to, those that nobody sent
/// included; its times are theirs. Asked about rows of the frame.
Slice only(const Slice& slice, const std::function<bool(std::uint32_t)>& keep);

/// The stretches that rows in the order of a slice make.
std::vector<Stretch> find_stretches(const record::Frame& frame,
                                    const std::vector<std::uint32_t>& rows);

}  // namespace tt::analysis
