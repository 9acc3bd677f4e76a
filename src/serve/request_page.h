// One page of a run's requests: filtered, sorted, cut. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "record/frame.h"
#include "serve/row_filter.h"

namespace tt::serve {

struct RequestQuery {
  RowFilter filter;
  bool warmup = false;                  // warm-up requests, too
  const RequestColumn* sort = nullptr;  // nullptr: in the order of the file
  bool descending = false;              // those that have no figure come last in any case
  std::size_t offset = 0;
  std::size_t limit = 100;
};
inline constexpr std::size_t kMostPage = 1000;

/// From "min_ttft_ms=100&max_output_tokens=8&status=ok,dropped&target=0&sort=-e2e_ms&offset=100".
/// An unknown name is an error with the nearest one.
Result<RequestQuery> request_query(const Target& target);

struct RequestPage {
  std::uint64_t of = 0;             // rows of the run
  std::uint64_t matching = 0;       // that the filter lets through
  std::vector<std::uint32_t> rows;  // of the frame
};
RequestPage find_requests(const record::Frame& frame, const RequestQuery& query);

}  // namespace tt::serve
