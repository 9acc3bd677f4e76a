// Headers of a plan's requests: texts with placeholders.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tt::plan {

/// What the placeholders of a header stand for.
struct HeaderFacts {
  std::uint64_t index = 0;   // {index}: place in the schedule
  std::uint64_t user = 0;    // {user}: from 1
  std::uint64_t target = 0;  // makes {uuid} another for each target
  std::int32_t priority = 0;
  std::uint64_t seed = 0;
};
/// `text` with {index}, {user}, {priority} and {uuid} (version 4, from the seed) filled in.
std::string fill_header(std::string_view text, const HeaderFacts& facts);
/// What is wrong with its placeholders, with a remedy; empty where all is well.
std::string placeholder_fault(std::string_view text);

}  // namespace tt::plan
