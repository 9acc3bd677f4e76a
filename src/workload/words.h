// The word list of synthetic prompts.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tt::workload {

/// A power of two, so that a number is cut into words without remainder.
inline constexpr std::size_t kWordCount = 512;

/// Distinct lower-case words.
std::span<const std::string_view, kWordCount> word_list();

}  // namespace tt::workload
