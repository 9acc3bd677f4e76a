#include "driver.h"

#include "stats/bootstrap.h"
#include "stats/ratio.h"
#include "stats/shift.h"

namespace tt::stats {
namespace {

Answer moved(const Arguments& a) {
  const auto first = Sorted::of(a[1]);
  const auto second = Sorted::of(a[2]);
  const auto shift = first && second ? hodges_lehmann(*first, *second, a[0][0]) : std::nullopt;
  if (!shift) return std::nullopt;
  if (!shift->interval) return std::vector{shift->value};
  return std::vector{shift->value, shift->interval->low, shift->interval->high};
}

template <Sections kSections>
Answer sectioned(const Arguments& a) {
  const auto d = sectioned_difference(a[0][0], a[1], a[0][1], a[2], kSections);
  if (!d) return std::nullopt;
  return std::vector{d->value, d->interval.low, d->interval.high, d->p_value};
}

}  // namespace

Table shift_functions() {
  return {
      {"hodges_lehmann", moved},
      {"sectioned_paired", sectioned<Sections::kPaired>},
      {"sectioned_unpaired", sectioned<Sections::kUnpaired>},
      {"block_length",
       [](const Arguments& a) -> Answer {
         return std::vector{static_cast<double>(automatic_block_length(a[0]))};
       }},
  };
}

}  // namespace tt::stats
