// Which requests of a run are looked at: one filter for the list of requests, charts and figures,
// so that what is chosen in one of them holds in all. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/slice.h"
#include "base/error.h"
#include "base/outcome.h"
#include "chart/input.h"
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
const RequestColumn* find_column(std::string_view name);  // nullptr where there is none
/// An error of `parameter`, with the nearest name.
std::unexpected<Error> no_column(std::string_view parameter, std::string_view name);

struct RowFilter {
  struct Range {
    const RequestColumn* column = nullptr;
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
  };
  std::vector<Range> ranges;           // a request that has no such figure is left out
  std::vector<std::uint32_t> targets;  // from 0; empty: any
  std::vector<Status> statuses;        // empty: any
  std::optional<std::string> user;

  bool empty() const {
    return ranges.empty() && targets.empty() && statuses.empty() && !user.has_value();
  }
  /// The same for equal filters: to keep things by.
  std::string key() const;
};

/// Takes one parameter of "min_ttft_ms=100&max_output_tokens=8&status=ok,dropped&target=0,2&user=x"
/// over; false where its name is none of a filter's.
Result<bool> read_filter(const Target& target, std::string_view name, RowFilter& filter);
/// Of a query that may hold the parameters of `others` as well; any other is an error.
Result<RowFilter> row_filter(const Target& target, std::span<const std::string_view> others);

/// What a filter says, for people: "target vllm; ttft_ms at least 300; sent_s 10 to 20". Empty
/// where it lets all through. `targets` are the names of those that it counts, which may hold
/// foreign bytes.
std::string filter_text(const RowFilter& filter, std::span<const std::string> targets);

/// A filter made ready for one frame, which must outlive it, as must the filter.
class RowTest {
 public:
  RowTest(const record::Frame& frame, const RowFilter& filter);
  /// All but the target, whose number in a view of several runs is another.
  bool passes(std::size_t row) const;

 private:
  const record::Frame& frame_;
  const RowFilter& filter_;
  std::array<bool, kStatusCount> wanted_{};
  std::optional<std::uint32_t> user_;
};

/// The view with only the requests that pass; targets keep their places, some maybe without any.
/// kInvalidInput for a target that the view does not have.
Result<chart::RunView> filtered(const chart::RunView& view, const RowFilter& filter);

}  // namespace tt::serve
