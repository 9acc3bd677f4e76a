// A page of metrics into samples under our names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/telemetry.h"
#include "telemetry/exposition.h"

namespace tt::telemetry {

struct MapperOptions {
  /// Whose samples they become: each of them gets its own copy. Empty: the client's machine.
  std::vector<std::uint32_t> targets;
  std::string model;  // for pages that tell of several models; empty: not known
  bool raw = false;   // also what is none of ours, under its own name and labels
};

/// Keeps its memory and the series from page to page: one for each source. One thread at a time.
class Mapper {
 public:
  explicit Mapper(MapperOptions options);
  ~Mapper();
  Mapper(Mapper&&) noexcept;
  Mapper& operator=(Mapper&&) noexcept;

  struct Mapped {
    std::vector<record::Sample> samples;  // in the order in which the page first had them
    ExpositionResult page;
    std::size_t left_out = 0;  // samples of series beyond 20,000, or 16 MiB of their labels
  };
  /// `at` is the instant of every sample, whatever timestamps the page has: those are of another
  /// clock. NaN, and the huge numbers that stand for "not supported", are left out.
  Mapped map(std::string_view page, Nanos at);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::telemetry
