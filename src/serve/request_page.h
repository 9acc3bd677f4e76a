// One page of a run's requests: filtered, sorted, cut. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/outcome.h"
#include "record/frame.h"
#include "serve/exchange.h"

namespace tt::serve {

/// A figure of a request: shown, sorted and filtered by. Latencies come from
/// analysis/request_value.h.
struct RequestColumn {
  std::string_view name;  // "ttft_ms"
  std::string_view meaning;
  /// NaN where the request has none.
  double (*value)(const record::Frame& frame, std::size_t row);
};
std::span<const RequestColumn> request_columns();

struct RequestQuery {
  struct Range {
    const RequestColumn* column = nullptr;
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
  };
  std::vector<Range> ranges;     // a request that has no such figure is left out
  std::vector<Status> statuses;  // empty: any
  std::optional<std::string> user;
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
